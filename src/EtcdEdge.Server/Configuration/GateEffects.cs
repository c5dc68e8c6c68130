namespace EtcdEdge.Server.Configuration;

/// <summary>What switching a feature gate changes here: for none of etcd's gates anything, and each says why.</summary>
internal static class GateEffects
{
    /// <summary>One line for every gate that was switched away from what happens anyway.</summary>
    public static IEnumerable<string> Warnings(FeatureGates gates) =>
        from gate in FeatureGates.Known
        let enabled = gates.IsEnabled(gate.Name)
        where enabled != gate.Default && !(enabled && AlwaysOn(gate.Name))
        select $"feature gate {gate.Name}={(enabled ? "true" : "false")} has no effect: {Instead(gate.Name)}";

    /// <summary>Gates whose promise is kept whether they are on or not.</summary>
    private static bool AlwaysOn(string gate) => gate is "LeaseCheckpoint" or "LeaseCheckpointPersist" or "PriorityRequest";

    private static string Instead(string gate) => gate switch
    {
        "InitialCorruptCheck" => "the log's checksums are always verified at start; one member has no other to compare with",
        "CompactHashCheck" => "one member has no other to compare with",
        "FastLeaseKeepAlive" => "renewals never wait for the applied index",
        "SetMemberLocalAddr" => "one member dials nobody",
        "StopGRPCServiceOnDefrag" => "defragmentation stops nothing",
        "TxnModeWriteWithSharedBuffer" => "transactions read the tree they write",
        _ => "it is always on",
    };
}
