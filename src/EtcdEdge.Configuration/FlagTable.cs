using System.Collections.Frozen;
using System.Collections.Immutable;

namespace EtcdEdge.Configuration;

/// <summary>
/// Every flag of etcd 3.4 to 3.8, and our own. Each section has its own file. Sources: etcd server/embed/config.go, server/etcdmain/config.go and
/// their release branches.
/// </summary>
public static partial class FlagTable
{
    /// <summary>All rows in the order of --help.</summary>
    public static ImmutableArray<Flag> All { get; } =
    [
        .. InSection(FlagSection.Member, Member()),
        .. InSection(FlagSection.Clustering, Clustering()),
        .. InSection(FlagSection.Security, Security()),
        .. InSection(FlagSection.Auth, Auth()),
        .. InSection(FlagSection.Monitoring, Monitoring()),
        .. InSection(FlagSection.Logging, Logging()),
        .. InSection(FlagSection.Tracing, Tracing()),
        .. InSection(FlagSection.Features, Features()),
        .. InSection(FlagSection.EtcdEdge, Own()),
        .. InSection(FlagSection.Unsafe, Unsafe()),
        .. InSection(FlagSection.Legacy, Legacy()),
    ];

    private static readonly FrozenDictionary<string, Flag> s_byName = All.ToFrozenDictionary(flag => flag.Name);

    private static readonly FrozenDictionary<string, Flag> s_byVariable = All.ToFrozenDictionary(flag => flag.Variable);

    private static readonly FrozenDictionary<string, Flag> s_byConfigKey = All.Where(flag => flag.ConfigKey.Length > 0)
        .ToFrozenDictionary(flag => flag.ConfigKey, StringComparer.OrdinalIgnoreCase);

    public static Flag? ByName(string name) => s_byName.GetValueOrDefault(name);

    public static Flag? ByVariable(string variable) => s_byVariable.GetValueOrDefault(variable);

    /// <summary>Finds a key of the configuration file, in any letter case, as Go's decoder does.</summary>
    public static Flag? ByConfigKey(string key) => s_byConfigKey.GetValueOrDefault(key);

    private static IEnumerable<Flag> InSection(FlagSection section, IEnumerable<Flag> flags) => flags.Select(flag => flag with { Section = section });

    private static Flag Text(string name, string fallback, string usage) => new(name, FlagKind.Text, fallback, usage);

    private static Flag Switch(string name, bool fallback, string usage) => new(name, FlagKind.Switch, fallback ? "true" : "false", usage);

    private static Flag Integer(string name, string fallback, string usage) => new(name, FlagKind.Integer, fallback, usage);

    private static Flag Count(string name, string fallback, string usage) => new(name, FlagKind.Count, fallback, usage);

    private static Flag Milliseconds(string name, string fallback, string usage) => new(name, FlagKind.Milliseconds, fallback, usage);

    private static Flag Duration(string name, string fallback, string usage) => new(name, FlagKind.Duration, fallback, usage);

    private static Flag Urls(string name, string fallback, string usage) => new(name, FlagKind.Urls, fallback, usage);

    private static Flag List(string name, string fallback, string usage) => new(name, FlagKind.List, fallback, usage);
}
