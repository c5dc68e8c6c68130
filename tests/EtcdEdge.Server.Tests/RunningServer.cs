using System.Collections.Concurrent;
using EtcdEdge.Configuration;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Tests.Grpc;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Tests;

/// <summary>The whole server in this process: real sockets of the loopback, a real data directory. Remembers every line it logs.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly EtcdServer _server;
    private readonly ILoggerFactory _loggers;
    private readonly HttpClient _http = new();

    private RunningServer(EtcdServer server, ServerOptions options, ILoggerFactory loggers, LogLines log)
    {
        (_server, _loggers, Log) = (server, loggers, log);
        Url = options.Listen.ClientUrls[0].ToString();
        Channel = GrpcChannel.ForAddress(Url);
    }

    public LogLines Log { get; }

    public string Url { get; }

    public GrpcChannel Channel { get; }

    public static async Task<RunningServer> StartAsync(string dataDirectory, Func<ServerOptions, ServerOptions>? change = null)
    {
        var (client, peer) = (WireHost.FreeUrl(), WireHost.FreeUrl());
        var options = new ServerOptions
        {
            DataDir = dataDirectory,
            Listen = new() { ClientUrls = [client], PeerUrls = [peer] },
            Cluster = new() { AdvertiseClientUrls = [client] },
        };
        options = change is null ? options : change(options);
        var log = new LogLines();
        var loggers = LoggerFactory.Create(builder => builder.AddProvider(log).AddFilter("Microsoft", LogLevel.None));
        return new RunningServer(await EtcdServer.StartAsync(options, loggers, CancellationToken.None), options, loggers, log);
    }

    public Task<string> ScrapeAsync() => _http.GetStringAsync(new Uri(Url + "/metrics"));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
        _loggers.Dispose();
    }

    /// <summary>Lines as "Event: field=value …", oldest first.</summary>
    internal sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> All => _lines;

        public IEnumerable<string> Events => _lines.Select(line => line.Split(':')[0]);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            _lines.Enqueue($"{eventId.Name}: {string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}"))}");
        }

        public void Dispose()
        {
        }
    }
}
