namespace EtcdEdge.Cli;

/// <summary>A command ends with this exit code and this line after "Error: " (etcd pkg/cobrautl/error.go); an empty line prints nothing.</summary>
internal sealed class CliFailure(int exitCode, string line) : Exception(line)
{
    public const int Error = 1;
    public const int BadConnection = 2;

    /// <summary>A transaction or watch that was read from stdin.</summary>
    public const int InvalidInput = 3;
    public const int BadFeature = 4;
    public const int Interrupted = 5;
    public const int InputOutput = 6;
    public const int BadArguments = 128;

    public int ExitCode { get; } = exitCode;
}
