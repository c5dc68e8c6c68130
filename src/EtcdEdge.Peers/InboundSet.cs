namespace EtcdEdge.Peers;

/// <summary>
/// The accepted connection of each member. One each: a member that dials again has lost the old connection, even if this side has not
/// noticed, and messages over both would come out of order. Any thread.
/// </summary>
public sealed class InboundSet
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, InboundSession> _sessions = [];

    /// <summary>Takes the place of the member's older connection, which is broken.</summary>
    public void Add(InboundSession session)
    {
        InboundSession? older;
        lock (_lock)
        {
            _sessions.TryGetValue(session.Peer, out older);
            _sessions[session.Peer] = session;
        }

        older?.Abort();
    }

    public void Remove(InboundSession session)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(session.Peer, out var current) && current == session)
            {
                _sessions.Remove(session.Peer);
            }
        }
    }

    /// <summary>Breaks the connections of members that were removed.</summary>
    public void Break(IReadOnlyList<ulong> removed)
    {
        List<InboundSession> gone;
        lock (_lock)
        {
            gone = [.. _sessions.Values.Where(session => removed.Contains(session.Peer))];
        }

        gone.ForEach(session => session.Abort());
    }
}
