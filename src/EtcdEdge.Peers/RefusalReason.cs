namespace EtcdEdge.Peers;

/// <summary>Why a member does not talk to another. Wire format: never reuse a number.</summary>
public enum RefusalReason : byte
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>No protocol version in common.</summary>
    Version = 1,

    /// <summary>The dialler belongs to another cluster.</summary>
    WrongCluster = 2,

    /// <summary>The dialler wanted another member than the one that listens here.</summary>
    WrongMember = 3,

    /// <summary>The dialling member is not in the membership of this member.</summary>
    UnknownMember = 4,

    /// <summary>The dialling member was removed from the cluster and never returns under this id.</summary>
    RemovedMember = 5,

    /// <summary>This member is not ready for such a connection.</summary>
    Busy = 6,
}
