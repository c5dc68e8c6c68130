using Microsoft.Extensions.Logging;

namespace EtcdEdge.Configuration;

/// <summary>Where log lines go and which.</summary>
public sealed record LogOptions
{
    public LogLevel Level { get; init; } = LogLevel.Information;

    public LogFormat Format { get; init; }

    /// <summary>"default", "stderr", "stdout", "systemd/journal" or file paths.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = ["default"];
}
