namespace EtcdEdge.Configuration;

/// <summary>What the command line requests.</summary>
public enum StartAction
{
    /// <summary>Run the server.</summary>
    Serve,

    /// <summary>Print <see cref="HelpText"/> and exit 0.</summary>
    PrintHelp,

    /// <summary>Print <see cref="VersionText"/> and exit 0.</summary>
    PrintVersion,
}
