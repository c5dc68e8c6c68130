using EtcdEdge.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Logging;

/// <summary>
/// The process' logging: etcd's lines to the outputs of --log-outputs. Own it for the life of the process and dispose it last, so that the
/// last lines are written.
/// </summary>
public sealed class EtcdLogging : IDisposable
{
    private readonly LogOutput _output;
    private readonly LogLineProvider _provider;
    private readonly LoggerFilterOptions _filter;

    private EtcdLogging(LogOutput output, LogOptions options)
    {
        _output = output;
        _provider = new LogLineProvider(output, options.Format, verbose: options.Level <= LogLevel.Debug, TimeProvider.System);
        _filter = new LoggerFilterOptions { MinLevel = options.Level };
        var frameworks = options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning;
        _filter.Rules.Add(new LoggerFilterRule(null, "Microsoft", frameworks, null));
        // The daemon logs the reason of a failed start once; the host would log it again, with a stack trace.
        _filter.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting", LogLevel.None, null));
        // It logs nothing above information, but if enabled, ASP.NET creates and tags an Activity for every request: a twentieth of a put's CPU.
        _filter.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None, null));
        _filter.Rules.Add(new LoggerFilterRule(null, "Grpc", frameworks, null));
        _filter.Rules.Add(new LoggerFilterRule(null, "System", frameworks, null));
        Factory = new LoggerFactory([_provider], _filter);
    }

    /// <summary>Where our own code gets its loggers.</summary>
    public ILoggerFactory Factory { get; }

    /// <summary>Lines that were dropped because an output stalled for longer than the queue lasts.</summary>
    public long Dropped => _output.Dropped;

    /// <summary>Opens the outputs. A file that cannot be opened throws IOException or UnauthorizedAccessException, naming it.</summary>
    public static EtcdLogging Open(LogOptions options) => new(LogOutput.Open(options.Outputs), options);

    /// <summary>Makes a host log through the same outputs, with the frameworks' own chatter only from warning up.</summary>
    public void AddTo(ILoggingBuilder builder)
    {
        builder.ClearProviders();
        builder.Services.AddSingleton(Factory);
    }

    /// <summary>Waits until what was logged so far is written, a second at most.</summary>
    public void Flush() => _output.Flush(TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public void Dispose()
    {
        Factory.Dispose();
        _provider.Dispose();
        _output.Dispose();
    }
}
