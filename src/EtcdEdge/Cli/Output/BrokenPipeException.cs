namespace EtcdEdge.Cli.Output;

/// <summary>The reader of a pipe has closed it: the command ends silently, as SIGPIPE ends others.</summary>
internal sealed class BrokenPipeException : IOException
{
    /// <summary>What a shell shows for a process that SIGPIPE ended.</summary>
    public const int ExitCode = 128 + 13;
}
