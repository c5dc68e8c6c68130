using EtcdEdge.Raft.Membership;
using EtcdEdge.Raft.Model;
using EtcdEdge.Raft.Quorum;

namespace EtcdEdge.Raft.Progress;

/// <summary>
/// The current membership and a <see cref="PeerProgress"/> for each of its members, this one included, in the order of their ids: messages to all are
/// sent in that order on every run. Invariant: the members are exactly those of <see cref="Config"/>.
/// </summary>
internal sealed class ProgressTracker(RaftOptions options)
{
    private PeerProgress[] _peers = [];

    /// <summary>The membership as of the applied index.</summary>
    public ConfState Config { get; private set; } = ConfState.Empty;

    /// <summary>Its voters.</summary>
    public JointConfig Quorum { get; private set; } = ConfState.Empty.ToQuorum();

    /// <summary>Every member's progress, sorted by ID.</summary>
    public ReadOnlySpan<PeerProgress> Peers => _peers;

    /// <summary>The progress of <paramref name="id"/>, or null when it is no member.</summary>
    public PeerProgress? Find(ulong id)
    {
        foreach (var peer in _peers)
        {
            if (peer.Id == id)
            {
                return peer;
            }
        }

        return null;
    }

    /// <summary>Applies a membership: keeps known members, starts new ones at <paramref name="next"/>, removes the others.</summary>
    public void Switch(ConfState config, ulong next, ulong tick)
    {
        var ids = new SortedSet<ulong>([.. config.Voters, .. config.VotersOutgoing, .. config.Learners]);
        var peers = new List<PeerProgress>(ids.Count);
        foreach (var id in ids)
        {
            peers.Add(Find(id) ?? NewPeer(id, next, tick));
        }

        _peers = [.. peers];
        Config = config;
        var whole = !options.InjectedBug.HasFlag(InjectedBug.IgnoreOutgoingVoters);
        Quorum = whole ? config.ToQuorum() : new JointConfig([.. config.Voters], []);
    }

    private PeerProgress NewPeer(ulong id, ulong next, ulong tick)
    {
        var peer = new PeerProgress(id, new Inflights(options.MaxInflightMessages, options.MaxInflightBytes));
        peer.Reset(next, tick);
        return peer;
    }
}
