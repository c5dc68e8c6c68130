using System.Reflection;
using System.Runtime.InteropServices;

namespace EtcdEdge.Configuration;

/// <summary>The version of this server, for --version and for clients.</summary>
public static class VersionText
{
    /// <summary>The etcd release whose API this server implements.</summary>
    public const string Etcd = "3.6.6";

    /// <summary>The cluster version: major and minor, patch 0.</summary>
    public const string Cluster = "3.6.0";

    /// <summary>EtcdEdge's own version.</summary>
    public static string Own { get; } = Informational.Split('+')[0];

    /// <summary>The commit it was built from, or etcd's words for "unknown".</summary>
    public static string Commit { get; } = Informational.Split('+') is [_, var commit, ..] ? commit : "Not provided (use scripts/build)";

    /// <summary>The runtime, where etcd names Go's.</summary>
    public static string Runtime { get; } = $"none ({RuntimeInformation.FrameworkDescription})";

    private static string Informational =>
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>etcd's four lines, then our own: tools read the first.</summary>
    public static string Render() =>
        $"""
        etcd Version: {Etcd}
        Git SHA: {Commit}
        Go Version: {Runtime}
        Go OS/Arch: linux/{Architecture}
        EtcdEdge Version: {Own}

        """;

    /// <summary>Go's name of the processor.</summary>
    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToUpperInvariant(),
    };
}
