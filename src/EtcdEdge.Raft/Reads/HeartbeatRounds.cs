namespace EtcdEdge.Raft.Reads;

/// <summary>
/// Numbers the leader's heartbeat broadcasts and remembers when the recent ones were sent. One acknowledged round confirms every read that
/// was waiting when it left, and its send tick is where the leader's lease starts (thesis §6.4.1).
/// </summary>
internal sealed class HeartbeatRounds
{
    private readonly ulong[] _sentTick = new ulong[ReadIndexLimits.RememberedRounds];

    /// <summary>The newest round; 0 before the first.</summary>
    public ulong Current { get; private set; }

    /// <summary>Starts the next round at <paramref name="tick"/>.</summary>
    public ulong Start(ulong tick)
    {
        Current++;
        _sentTick[Current % ReadIndexLimits.RememberedRounds] = tick;
        return Current;
    }

    /// <summary>When <paramref name="round"/> was sent, or null when that is forgotten or it never was.</summary>
    public ulong? SentTick(ulong round) =>
        round == 0 || round > Current || Current - round >= ReadIndexLimits.RememberedRounds ? null
            : _sentTick[round % ReadIndexLimits.RememberedRounds];
}
