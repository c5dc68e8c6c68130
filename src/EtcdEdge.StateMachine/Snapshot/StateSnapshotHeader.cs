using System.Collections.Immutable;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.V2;

namespace EtcdEdge.StateMachine.Snapshot;

/// <summary>Everything of a state but the records: small enough to hold in memory while the records stream.</summary>
public sealed record StateSnapshotHeader
{
    /// <summary>The last entry the state holds.</summary>
    public required ulong AppliedIndex { get; init; }

    /// <summary>That entry's term.</summary>
    public required ulong AppliedTerm { get; init; }

    /// <summary>The store's newest revision.</summary>
    public required long Revision { get; init; }

    /// <summary>The store's compact revision; −1 is none.</summary>
    public required long CompactRevision { get; init; }

    /// <summary>In order of id.</summary>
    public ImmutableArray<LeaseRecord> Leases { get; init; } = [];

    public ImmutableArray<ActiveAlarm> Alarms { get; init; } = [];

    public ClusterView Cluster { get; init; } = new();

    public AuthView Auth { get; init; } = AuthView.Initial;

    public V2View V2 { get; init; } = V2View.Initial;
}
