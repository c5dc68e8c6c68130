namespace EtcdEdge.Raft.Quorum;

/// <summary>
/// A set of voters of which more than half decide. An empty set agrees to everything, so that it can be one half of a joint configuration.
/// </summary>
internal readonly struct Majority(ulong[] voters)
{
    // Boards form clusters of 3 or 5; up to this many voters are sorted on the stack.
    private const int VotersOnStack = 16;

    private readonly ulong[] _voters = voters;

    /// <summary>How many voters there are.</summary>
    public int Count => _voters.Length;

    /// <summary>Whether <paramref name="id"/> votes here.</summary>
    public bool Contains(ulong id) => Array.IndexOf(_voters, id) >= 0;

    /// <summary>The highest number that more than half of the voters acknowledged.</summary>
    public ulong CommittedIndex<T>(T acked)
        where T : struct, IAckedIndex
    {
        var count = _voters.Length;
        if (count == 0)
        {
            return ulong.MaxValue;
        }

        if (count == 1)
        {
            return acked.Acked(_voters[0]);
        }

        var sorted = count <= VotersOnStack ? stackalloc ulong[VotersOnStack] : new ulong[count];
        sorted = sorted[..count];
        for (var i = 0; i < count; i++)
        {
            sorted[i] = acked.Acked(_voters[i]);
        }

        sorted.Sort();
        return sorted[count - (count / 2 + 1)];
    }

    /// <summary>The result of the election when <paramref name="votes"/> contains the votes so far.</summary>
    public VoteResult Tally(IReadOnlyDictionary<ulong, bool> votes)
    {
        var quorum = _voters.Length / 2 + 1;
        var granted = 0;
        var missing = 0;
        foreach (var voter in _voters)
        {
            if (!votes.TryGetValue(voter, out var yes))
            {
                missing++;
            }
            else if (yes)
            {
                granted++;
            }
        }

        if (_voters.Length == 0 || granted >= quorum)
        {
            return VoteResult.Won;
        }

        return granted + missing >= quorum ? VoteResult.Pending : VoteResult.Lost;
    }
}
