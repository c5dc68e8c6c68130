using EtcdEdge.Raft.Model;

namespace EtcdEdge.Raft.Tests.Harness;

/// <summary>A Ready's durable part on its way to the disk, and the messages that wait for it.</summary>
internal sealed record PendingWrite(
    ulong Number, SnapshotMetadata? Snapshot, Entry[] Entries, HardState? Hard, bool MustFlush, Message[] MessagesAfterFlush);
