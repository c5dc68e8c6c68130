namespace EtcdEdge.Configuration;

/// <summary>
/// One row of the flag table: how it is written, what it means and what EtcdEdge does with it. The parser, --help and FLAGS.md
/// all read these rows, so a flag cannot be known to one and not to another.
/// </summary>
public sealed record Flag(string Name, FlagKind Kind, string Default, string Usage)
{
    public FlagSection Section { get; init; }

    /// <summary>The etcd versions that have it; "all" is 3.4 to 3.8.</summary>
    public string Versions { get; init; } = "all";

    /// <summary>Its key in the configuration file, dots for nesting; "" if it has none.</summary>
    public string ConfigKey { get; init; } = Name;

    public FlagSupport FlagSupport { get; init; }

    /// <summary>What happens instead, or why it is refused.</summary>
    public string Instead { get; init; } = "";

    /// <summary>Values that request exactly what happens anyway, so that no warning is needed; the default always does.</summary>
    public IReadOnlyList<string> Agreeable { get; init; } = [];

    /// <summary>The flag this one was renamed to, if any.</summary>
    public string AliasOf { get; init; } = "";

    /// <summary>The feature gate this switch was turned into, if any.</summary>
    public string GateOf { get; init; } = "";

    /// <summary>ETCD_ and the name in capitals.</summary>
    public string Variable => "ETCD_" + Name.ToUpperInvariant().Replace('-', '_');

    public Flag In(string versions) => this with { Versions = versions };

    public Flag Key(string key) => this with { ConfigKey = key };

    /// <summary>Marks the flag as read and not followed; <paramref name="instead"/> describes what happens instead.</summary>
    public Flag Warns(string instead, params string[] agreeable) =>
        this with { FlagSupport = FlagSupport.AcceptedWithWarning, Instead = instead, Agreeable = agreeable };

    public Flag Refuses(string reason, params string[] agreeable) =>
        this with { FlagSupport = FlagSupport.Refused, Instead = reason, Agreeable = agreeable };

    /// <summary>True when setting the flag to <paramref name="value"/> changes nothing here, so no warning is due.</summary>
    public bool AgreesWith(string value) =>
        value == Default || Agreeable.Contains(value)
        || (Kind == FlagKind.Switch && Agreeable.Count == 0 && GoSyntax.TryParseBool(value, out var on) && on == (Default == "true"))
        || (Kind == FlagKind.Switch && GoSyntax.TryParseBool(value, out on) && Agreeable.Contains(on ? "true" : "false"));
}
