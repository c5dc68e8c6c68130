namespace EtcdEdge.Cli;

/// <summary>A command ends with this exit code and this line after "Error: " (etcd pkg/cobrautl/error.go).</summary>
internal sealed class CliFailure(int exitCode, string line) : Exception(line)
{
    public const int Error = 1;
    public const int BadFeature = 4;
    public const int BadArguments = 128;

    public int ExitCode { get; } = exitCode;
}
