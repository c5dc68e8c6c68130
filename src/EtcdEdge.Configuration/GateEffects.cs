namespace EtcdEdge.Configuration;

/// <summary>
/// The effect of each feature gate: InitialCorruptCheck and CompactHashCheck are followed, the others have no effect, each with its reason.
/// </summary>
public static class GateEffects
{
    /// <summary>One line for every gate that was switched away from what happens anyway.</summary>
    public static IEnumerable<string> Warnings(FeatureGates gates) =>
        from gate in FeatureGates.Known
        let enabled = gates.IsEnabled(gate.Name)
        where enabled != gate.Default && !Counts(gate.Name) && !(enabled && AlwaysOn(gate.Name))
        select $"feature gate {gate.Name}={(enabled ? "true" : "false")} has no effect: {Instead(gate.Name)}";

    /// <summary>Gates that are honoured.</summary>
    private static bool Counts(string gate) => gate is "InitialCorruptCheck" or "CompactHashCheck";

    /// <summary>Gates whose promise is kept whether they are on or not.</summary>
    private static bool AlwaysOn(string gate) => gate is "LeaseCheckpoint" or "LeaseCheckpointPersist" or "PriorityRequest";

    private static string Instead(string gate) => gate switch
    {
        "FastLeaseKeepAlive" => "renewals never wait for the applied index",
        "SetMemberLocalAddr" => "members dial from whatever address the kernel picks",
        "StopGRPCServiceOnDefrag" => "defragmentation stops nothing",
        "TxnModeWriteWithSharedBuffer" => "transactions read the tree they write",
        _ => "it is always on",
    };
}
