using EtcdEdge.Cli;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Server;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Logging;
using EtcdEdge.Storage;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace EtcdEdge;

/// <summary>
/// The daemon's life: read the configuration, serve until a signal or a failure, stop. Exit code 0 for a wanted stop, 1 for everything else; what
/// went wrong is always one line.
/// </summary>
internal static class Daemon
{
    private const int Success = 0;
    private const int Failure = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = ServerConfiguration.Load(args,
            HostEnvironment.Current with { HasMember = path => File.Exists(DataDirectory.IdentityFileOf(path)) });
        switch (configuration.Action)
        {
            case StartAction.PrintHelp:
                Console.Out.Write(HelpText.Render());
                return Success;
            case StartAction.PrintVersion:
                Console.Out.Write(VersionText.Render());
                return Success;
        }

        foreach (var problem in configuration.Problems)
        {
            Console.Error.WriteLine($"etcdedge: {problem}");
        }

        return configuration.Problems.Count > 0 ? Failure : await ServeAsync(configuration);
    }

    private static async Task<int> ServeAsync(ServerConfiguration configuration)
    {
        EtcdLogging logging;
        try
        {
            logging = EtcdLogging.Open(configuration.Options.Log);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"etcdedge: --log-outputs: {unusable.Message}");
            return Failure;
        }

        using (logging)
        {
            var logger = logging.Factory.CreateLogger("etcdmain");
            foreach (var warning in configuration.Warnings)
            {
                logger.ConfigurationWarning(warning);
            }

            return await ServeAsync(configuration.Options, logging, logger);
        }
    }

    private static async Task<int> ServeAsync(ServerOptions options, EtcdLogging logging, ILogger logger)
    {
        using var signals = new StopSignals();
        var supervisor = new Supervisor(logger);
        try
        {
            await using var server = await EtcdServer.StartAsync(options, logging.Factory, signals.Token);
            supervisor.Notify(ServiceState.Ready);
            var ended = await Task.WhenAny(server.Failed, server.Removed, signals.Received);
            supervisor.Notify(ServiceState.Stopping);
            if (ended == server.Failed)
            {
                logger.Fatal(await server.Failed);
                logging.Flush();
                Environment.Exit(Failure);
            }

            await SayWhyAsync(server, signals, logger);
            return Success;
        }
        catch (Exception refusal) when (refusal is StartException or ListenException or TlsException)
        {
            logger.DoesNotStart(refusal.Message);
            return Failure;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            logger.ShuttingDown(await signals.Received);
            return Success;
        }
    }

    // As etcd, a removed member ends without an error: to start it again would not help.
    private static async Task SayWhyAsync(EtcdServer server, StopSignals signals, ILogger logger)
    {
        if (server.Removed.IsCompleted)
        {
            logger.RemovedFromCluster();
        }
        else
        {
            logger.ShuttingDown(await signals.Received);
        }
    }
}
