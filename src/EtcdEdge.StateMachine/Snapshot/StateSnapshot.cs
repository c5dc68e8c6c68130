using EtcdEdge.StateMachine.Mvcc;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>The whole state after one entry. Immutable; any thread may write it out: the header, then <c>Root.History.From(0)</c>.</summary>
public sealed record StateSnapshot(StateSnapshotHeader Header, MvccRoot Root);
