using EtcdEdge.Base;
using EtcdEdge.Raft.Model;
using EtcdEdge.Snapshots.Checkpoints;
using EtcdEdge.Snapshots.State;
using EtcdEdge.Storage;
using EtcdEdge.Storage.Checkpoint;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Snapshots.Members;

/// <summary>
/// Creates a data directory for a member that begins with a state from elsewhere. The state and the log are durable before the identity file is
/// written: until then the daemon treats the directory as empty.
/// </summary>
public static class DataDirectoryWriter
{
    /// <param name="disk">The disk.</param>
    /// <param name="path">The data directory; made here, or empty.</param>
    /// <param name="walPath">The log's own directory; null or empty keeps it inside.</param>
    /// <param name="identity">The member's identity.</param>
    /// <param name="state">The state it begins with; at index 0 none, and the log contains everything.</param>
    /// <param name="hardState">The term and vote in its log.</param>
    /// <param name="entries">Entries behind the state, or none.</param>
    /// <exception cref="ImportException">The directory cannot be made.</exception>
    public static void Write(
        IDisk disk, string path, string? walPath, MemberIdentity identity, CapturedSnapshot state, HardState hardState, ReadOnlySpan<Entry> entries)
    {
        try
        {
            using var directory = DataDirectory.Open(disk, path, walPath);
            WriteLog(disk, directory.WalPath, identity, hardState, entries);
            if (state.State.Header.AppliedIndex > 0)
            {
                new MemberCheckpoints(CheckpointStore.Open(disk, directory.SnapshotPath, identity)).Write(state, shrink: true);
            }

            directory.Claim(identity);
        }
        catch (IOException refusal)
        {
            throw new ImportException(refusal.Message, refusal);
        }
    }

    private static void WriteLog(IDisk disk, string path, MemberIdentity identity, HardState hardState, ReadOnlySpan<Entry> entries)
    {
        var options = new Storage.Wal.WalOptions { ClusterId = identity.ClusterId, MemberId = identity.MemberId, Create = true };
        var opening = WriteAheadLog.Open(disk, path, options, new EmptyLog());
        using var wal = opening.Log ?? throw new ImportException(opening.Damage!.ToString());
        wal.Append(hardState, []);
        foreach (ref readonly var entry in entries)
        {
            wal.Append(hardState, new ReadOnlySpan<Entry>(in entry));
            if (wal.PendingBytes >= DataDirectoryLimits.ImportGroupBytes)
            {
                Flush(wal);
            }
        }

        Flush(wal);
        wal.Close();
    }

    private static void Flush(WriteAheadLog wal)
    {
        if (wal.Seal() is { } group)
        {
            wal.Write(group);
            wal.Return(group);
        }
    }

    private sealed class EmptyLog : IWalReplay
    {
        public void Append(in Entry entry) => Invariant.Require(false, "a new member's log is empty");

        public void HardState(in HardState hardState) => Invariant.Require(hardState.Term == 0, "a new member's log is empty");

        public void Hole() => Invariant.Require(false, "a new member's log is empty");
    }
}
