using EtcdEdge.Configuration;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Checkpoint;
using EtcdEdge.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Rebuilds the state from files: the newest intact checkpoint, then the log after it. A damaged checkpoint is set aside and logged; the one before
/// it serves as well, because the log reaches back to it.
/// </summary>
internal sealed class CheckpointRecovery(ServerOptions options, MemberCheckpoints checkpoints, CheckpointMetrics metrics, ILogger logger)
{
    private readonly KnownMembers _known = new();

    public MemberCheckpoints Checkpoints => checkpoints;

    /// <summary>The membership by the newest information that <see cref="Read"/> found.</summary>
    public IReadOnlyList<Member> KnownMembers => _known.Newest();

    /// <summary>Reads everything. Nothing but damaged checkpoints is changed on the disk unless the log opens.</summary>
    /// <exception cref="MissingStateException">Checkpoint and log do not join.</exception>
    public (StateMachineParts State, LogReplay Replay, WalOpening Opening) Read(IDisk disk, string walPath, Storage.Wal.WalOptions walOptions)
    {
        var (state, start) = NewestState();
        var replay = new LogReplay(state, start, options.Raft.SnapshotCatchupEntries) { Known = _known };
        var opening = WriteAheadLog.Open(disk, walPath, walOptions with { CoveredUpTo = start.Index }, replay);
        _known.Take(replay.AppliedIndex, state.Cluster.View);
        checkpoints.HasLostOne |= opening.Recovery.Covered.Count > 0;
        if (replay.FirstBehindGap == 0 || opening.Damage is not null)
        {
            return (state, replay, opening);
        }

        opening.Log?.Dispose();
        throw new MissingStateException(
            $"the log has entry {replay.FirstBehindGap} but not those before it, and the newest usable checkpoint ends with entry "
            + $"{start.Index}: entries {replay.LastIndex + 1} to {replay.FirstBehindGap - 1} are lost. If other members are healthy, remove this "
            + $"member "
            + "(etcdctl member remove), empty its data directory and add it again (etcdctl member add); a single member is restored from a snapshot "
            + "(etcdutl snapshot restore).", opening.Recovery.LastIndex, KnownMembers);
    }

    private (StateMachineParts State, SnapshotMetadata Start) NewestState()
    {
        foreach (var slot in checkpoints.Store.Found)
        {
            checkpoints.HasLostOne |= slot.Damage is not null;
            if (slot.Damage is { IsUnfinished: false } damage)
            {
                SetAside(slot, damage);
            }
        }

        foreach (var slot in checkpoints.Store.Found)
        {
            if (slot.Damage is null && TryRestore(slot) is { } restored)
            {
                return restored;
            }
        }

        return (StateMachineParts.Create(options), SnapshotMetadata.Empty);
    }

    private (StateMachineParts State, SnapshotMetadata Start)? TryRestore(CheckpointSlot slot)
    {
        try
        {
            using var read = checkpoints.Read(slot);
            var head = read.Head();
            _known.Take(head.State.AppliedIndex, head.State.Cluster);
            var state = StateMachineParts.Create(options);
            state.Applier.Restore(head.State, read.Records());
            checkpoints.Learn(slot, read);
            return (state, head.Metadata);
        }
        catch (CheckpointException damage) when (!damage.IsForeign)
        {
            SetAside(slot, damage);
            return null;
        }
    }

    private void SetAside(CheckpointSlot slot, CheckpointException damage)
    {
        checkpoints.HasLostOne = true;
        metrics.WasDamaged();
        logger.CheckpointDamaged(damage.Message, checkpoints.Store.SetAside(slot, TimeProvider.System.GetUtcNow()));
    }
}
