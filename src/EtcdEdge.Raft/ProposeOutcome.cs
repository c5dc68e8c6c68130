namespace EtcdEdge.Raft;

/// <summary>What became of a proposal.</summary>
public enum ProposeOutcome : byte
{
    /// <summary>It is in the leader's log. It has committed if a committed entry has the same index and the same term.</summary>
    Accepted = 0,

    /// <summary>This member does not lead; the caller forwards or refuses.</summary>
    NotLeader = 1,

    /// <summary>Dropped: leadership is being handed over; try again in a moment.</summary>
    TransferInProgress = 2,

    /// <summary>Dropped: too many bytes are uncommitted, or not flushed; try again later.</summary>
    TooManyUncommitted = 3,

    /// <summary>A configuration change before it is not yet applied, or the configuration is still joint.</summary>
    ConfChangePending = 4,

    /// <summary>The configuration change makes no sense here, for example it removes the last voter.</summary>
    ConfChangeInvalid = 5,
}
