using System.Reflection;
using EtcdEdge.Api;
using Google.Protobuf.Reflection;

namespace EtcdEdge.Server.Tests.Documents;

/// <summary>Every method of every service in the protos, found by looking, so that a new one is in it.</summary>
internal static class Rpcs
{
    public static readonly MethodDescriptor[] All =
    [
        .. typeof(KV).Assembly.GetTypes().Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>()
            .SelectMany(file => file.Services).SelectMany(service => service.Methods),
    ];
}
