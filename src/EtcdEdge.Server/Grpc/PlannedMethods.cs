using System.Collections.Frozen;

namespace EtcdEdge.Server.Grpc;

/// <summary>etcd's methods that this version does not serve, each with the reason its caller reads beside UNIMPLEMENTED.</summary>
internal static class PlannedMethods
{
    private static readonly FrozenDictionary<string, string> _reasons = Rows().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why the method at this path is not served, or null when it is no method of etcd's.</summary>
    public static string? Reason(string path) => _reasons.GetValueOrDefault(path);

    private static IEnumerable<KeyValuePair<string, string>> Rows() =>
    [
        .. Of("etcdserverpb.Cluster", "changing the members", "MemberAdd", "MemberRemove", "MemberUpdate", "MemberPromote"),
    ];

    private static IEnumerable<KeyValuePair<string, string>> Of(string service, string feature, params string[] methods) =>
        methods.Select(m => KeyValuePair.Create($"/{service}/{m}", $"etcdedge: {feature} is not implemented yet"));
}
