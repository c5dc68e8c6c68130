using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.Simulation.Checkers;

/// <summary>HashKV: members with the same revision and the same compact revision have the same hash (etcd's corruption check).</summary>
internal sealed class HashChecker
{
    private readonly Dictionary<(long Revision, long CompactRevision), (uint Hash, int Member)> _hashes = [];

    public void Check(int member, MvccRoot root)
    {
        if (root.HashKv(0, out var hash) != EtcdError.None)
        {
            throw new SimulationFailure($"m{member + 1} has no hash of its own revision");
        }

        var key = (hash.Revision, hash.CompactRevision);
        if (!_hashes.TryAdd(key, (hash.Hash, member)) && _hashes[key].Hash != hash.Hash)
        {
            throw new SimulationFailure($"m{member + 1} and m{_hashes[key].Member + 1} disagree on HashKV at revision {hash.Revision}");
        }
    }
}
