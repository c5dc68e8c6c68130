namespace EtcdEdge.Configuration;

/// <summary>How a flag's value reads.</summary>
public enum FlagKind
{
    Text,
    Switch,

    /// <summary>Go's int, may be negative.</summary>
    Integer,

    /// <summary>Go's uint.</summary>
    Count,

    /// <summary>Go's uint32.</summary>
    Count32,
    Duration,

    /// <summary>Whole milliseconds, a plain number on the command line and in the file alike.</summary>
    Milliseconds,
    Urls,
    List,
    FeatureGates,

    /// <summary>Read and dropped; takes no value unless written with "=".</summary>
    Ignored,
}
