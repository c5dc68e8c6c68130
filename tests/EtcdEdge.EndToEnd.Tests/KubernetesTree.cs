namespace EtcdEdge.EndToEnd.Tests;

/// <summary>The keys of a small Kubernetes cluster as the API server lays them out under /registry.</summary>
internal static class KubernetesTree
{
    private static readonly string[] s_namespaces = ["default", "kube-node-lease", "kube-public", "kube-system", "web"];

    private static readonly string[] s_namespacedKinds =
        ["configmaps", "deployments", "leases", "pods", "replicasets", "rolebindings", "roles", "secrets", "serviceaccounts", "services/endpoints"];

    private static readonly string[] s_globalKinds =
        ["clusterrolebindings", "clusterroles", "minions", "namespaces", "priorityclasses", "ranges", "storageclasses"];

    /// <summary>All keys, sorted as bytes.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. s_namespacedKinds.SelectMany(KeysOfKind).Concat(s_globalKinds.SelectMany(GlobalKeysOfKind)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> GlobalKeysOfKind(string kind) => Names(kind).Select(name => $"/registry/{kind}/{name}");

    private static IEnumerable<string> KeysOfKind(string kind) =>
        s_namespaces.SelectMany(space => Names(kind).Select(name => $"/registry/{kind}/{space}/{name}"));

    private static IEnumerable<string> Names(string kind) => Enumerable.Range(1, 3).Select(n => $"{kind.Replace('/', '-').TrimEnd('s')}-{n}");
}
