using EtcdEdge.Cli.Output;

namespace EtcdEdge.Cli.Ctl.Common;

/// <summary>The standard streams of the process.</summary>
internal static class CtlConsole
{
    /// <summary>Buffered: flushed when a command ends, and where a command waits.</summary>
    public static TextOutput Out { get; } = new(StandardStream.Output);

    public static TextOutput Error { get; } = new(StandardStream.Error, isUnbuffered: true);

    public static LineReader In { get; } = new(StandardStream.Input);
}
