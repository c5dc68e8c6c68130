using System.Collections.Frozen;
using System.Collections.Immutable;

namespace EtcdEdge.Configuration;

/// <summary>etcd's feature gates (server/features/etcd_features.go at 3.7), each on or off.</summary>
public sealed class FeatureGates
{
    private static readonly FrozenDictionary<string, FeatureGate> s_known = Known.ToFrozenDictionary(gate => gate.Name);

    private readonly ImmutableSortedDictionary<string, bool> _chosen;

    private FeatureGates(ImmutableSortedDictionary<string, bool> chosen) => _chosen = chosen;

    /// <summary>Every gate as etcd ships it.</summary>
    public static FeatureGates Defaults { get; } = new(ImmutableSortedDictionary<string, bool>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>All gates, in etcd's order.</summary>
    public static ImmutableArray<FeatureGate> Known =>
    [
        new("CompactHashCheck", FeatureStage.Alpha, false),
        new("FastLeaseKeepAlive", FeatureStage.Beta, true),
        new("InitialCorruptCheck", FeatureStage.Alpha, false),
        new("LeaseCheckpoint", FeatureStage.Alpha, false),
        new("LeaseCheckpointPersist", FeatureStage.Alpha, false),
        new("PriorityRequest", FeatureStage.Alpha, false),
        new("SetMemberLocalAddr", FeatureStage.Alpha, false),
        new("StopGRPCServiceOnDefrag", FeatureStage.Alpha, false),
        new("TxnModeWriteWithSharedBuffer", FeatureStage.Beta, true),
    ];

    /// <summary>The gates the operator named, by name.</summary>
    public IEnumerable<KeyValuePair<string, bool>> Chosen => _chosen;

    public bool IsEnabled(string name) => _chosen.TryGetValue(name, out var on) ? on : s_known[name].Default;

    /// <summary>These gates with one more chosen.</summary>
    public FeatureGates With(string name, bool enabled) => new(_chosen.SetItem(name, enabled));

    /// <summary>
    /// Parses "A=true,B=false", where AllAlpha and AllBeta set the gates of their stage and a gate that is named explicitly overrides them. Errors
    /// have etcd's texts (pkg/featuregate/feature_gate.go).
    /// </summary>
    public static bool TryParse(string text, out FeatureGates gates, out string complaint)
    {
        gates = Defaults;
        complaint = "";
        var named = Defaults;
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals].TrimEnd();
            if (!TryParsePair(name, equals < 0 ? null : pair[(equals + 1)..].TrimStart(), out var enabled, out complaint))
            {
                return false;
            }

            (gates, named) = name is "AllAlpha" or "AllBeta" ? (gates.WithStage(name, enabled), named) : (gates, named.With(name, enabled));
        }

        gates = named._chosen.Aggregate(gates, (all, one) => all.With(one.Key, one.Value));
        return true;
    }

    private FeatureGates WithStage(string name, bool enabled)
    {
        var stage = name == "AllAlpha" ? FeatureStage.Alpha : FeatureStage.Beta;
        return Known.Where(gate => gate.Stage == stage).Aggregate(this, (gates, gate) => gates.With(gate.Name, enabled));
    }

    private static bool TryParsePair(string name, string? value, out bool enabled, out string complaint)
    {
        enabled = false;
        complaint = value is null ? $"missing bool value for {name}"
            : !GoSyntax.TryParseBool(value, out enabled) ? $"invalid value of {name}={value}"
            : !s_known.ContainsKey(name) && name is not ("AllAlpha" or "AllBeta") ? $"unrecognized feature gate: {name}"
            : "";
        return complaint.Length == 0;
    }
}
