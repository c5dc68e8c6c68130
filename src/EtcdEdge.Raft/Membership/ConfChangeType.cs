namespace EtcdEdge.Raft.Membership;

/// <summary>What is to happen to one member. The numbers are log format.</summary>
public enum ConfChangeType : byte
{
    /// <summary>It votes from now on; promotes a learner.</summary>
    AddVoter = 0,

    /// <summary>It gets the log without a vote; demotes a voter.</summary>
    AddLearner = 1,

    /// <summary>It is no member any more.</summary>
    Remove = 2,
}
