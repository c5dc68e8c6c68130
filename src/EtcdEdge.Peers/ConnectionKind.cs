namespace EtcdEdge.Peers;

/// <summary>What a connection between two members is for. Wire format.</summary>
public enum ConnectionKind : byte
{
    /// <summary>Multiplexed: control, append and call channels.</summary>
    Messages = 1,

    /// <summary>One snapshot, then closed.</summary>
    Snapshot = 2,
}
