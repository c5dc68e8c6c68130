namespace EtcdEdge.Raft.Quorum;

/// <summary>
/// Two majorities that both have to agree while the membership changes (thesis §4.3). Outside of a change the outgoing one is empty.
/// </summary>
internal readonly struct JointConfig(ulong[] incoming, ulong[] outgoing)
{
    private readonly Majority _incoming = new(incoming);
    private readonly Majority _outgoing = new(outgoing);

    /// <summary>Whether both halves have voters.</summary>
    public bool IsJoint => _outgoing.Count > 0;

    /// <summary>Whether there are no voters: a member that has not received its cluster's membership.</summary>
    public bool IsEmpty => _incoming.Count == 0 && _outgoing.Count == 0;

    /// <summary>Whether <paramref name="id"/> votes in either half.</summary>
    public bool Contains(ulong id) => _incoming.Contains(id) || _outgoing.Contains(id);

    /// <summary>Whether <paramref name="id"/> alone is the whole quorum.</summary>
    public bool IsOnly(ulong id) => !IsJoint && _incoming.Count == 1 && _incoming.Contains(id);

    /// <summary>The highest number a quorum of each half acknowledged.</summary>
    public ulong CommittedIndex<T>(T acked)
        where T : struct, IAckedIndex => Math.Min(_incoming.CommittedIndex(acked), _outgoing.CommittedIndex(acked));

    /// <summary>Won when both halves are won, lost as soon as one is lost.</summary>
    public VoteResult Tally(IReadOnlyDictionary<ulong, bool> votes)
    {
        var incoming = _incoming.Tally(votes);
        var outgoing = _outgoing.Tally(votes);
        if (incoming == outgoing)
        {
            return incoming;
        }

        return incoming == VoteResult.Lost || outgoing == VoteResult.Lost ? VoteResult.Lost : VoteResult.Pending;
    }
}
