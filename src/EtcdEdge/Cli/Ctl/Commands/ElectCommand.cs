using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using EtcdEdge.Cli.Ctl.Concurrency;
using EtcdEdge.Cli.Ctl.Session;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Commands;

/// <summary>etcdctl elect.</summary>
internal static class ElectCommand
{
    /// <summary>Seconds (etcd client/v3/concurrency/session.go).</summary>
    private const int SessionTtl = 60;

    public static CliCommand Command { get; } = new()
    {
        Name = "elect",
        Group = CommandGroups.Concurrency,
        Arguments = "<election-name> [proposal]",
        Short = "Observes and participates in leader election",
        Flags = [new CliFlag("listen", "", "observation mode", Short: 'l')],
        Run = call => CtlSession.Run(call, RunAsync),
    };

    private static async Task RunAsync(CtlSession session)
    {
        if (session.Arguments.Count is not (1 or 2))
        {
            throw new CliFailure(CliFailure.BadArguments, "elect takes one election name argument and an optional proposal argument");
        }

        var isListening = session.Call.IsOn("listen");
        if (isListening != (session.Arguments.Count == 1))
        {
            throw new CliFailure(CliFailure.BadArguments, isListening ? "proposal given but -l is set" : "no proposal argument but -l not set");
        }

        var client = await session.ClientAsync();
        using var interrupt = new Interrupt();
        if (isListening)
        {
            await ObserveAsync(session, client, interrupt.Token);
        }
        else
        {
            await CampaignAsync(session, client, interrupt);
        }
    }

    private static async Task CampaignAsync(CtlSession session, EtcdClient client, Interrupt interrupt)
    {
        await using var lease = await LeaseSession.OpenAsync(client, SessionTtl, session.Fresh());
        var entry = new QueueEntry(lease, session.Arguments[0]);
        try
        {
            await entry.EnterAsync(KeyRange.Bytes(session.Arguments[1]), interrupt.Token);
            await entry.WaitAsync(interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            throw new CliFailure(CliFailure.Error, "context canceled");
        }

        session.Print(GetCommand.Report(await entry.GetAsync(session.Fresh())));
        CtlConsole.Out.Flush();
        if (await Task.WhenAny(lease.Expired, interrupt.Received) == lease.Expired)
        {
            throw new CliFailure(CliFailure.Error, "elect: session expired");
        }

        await entry.LeaveAsync();
    }

    private static async Task ObserveAsync(CtlSession session, EtcdClient client, CancellationToken cancel)
    {
        var prefix = KeyRange.Bytes(session.Arguments[0] + "/");
        try
        {
            while (true)
            {
                var (header, leader) = await LeaderAsync(client, prefix, cancel);
                Show(session, header, leader);
                await FollowAsync(session, client, leader, header.Revision, cancel);
            }
        }
        catch (Exception ended) when (cancel.IsCancellationRequested && ended is OperationCanceledException or RpcException)
        {
        }
    }

    private static void Show(CtlSession session, ResponseHeader header, KeyValue leader)
    {
        session.Print(GetCommand.Report(new RangeResponse { Header = header, Kvs = { leader } }));
        CtlConsole.Out.Flush();
    }

    // The leader's values, until its key is deleted.
    private static async Task FollowAsync(CtlSession session, EtcdClient client, KeyValue leader, long revision, CancellationToken cancel)
    {
        await foreach (var (header, change) in ChangesAsync(client, leader.Key, ByteString.Empty, revision + 1, cancel))
        {
            if (change.Type == Event.Types.EventType.Delete)
            {
                return;
            }

            Show(session, header, change.Kv);
        }
    }

    private static async Task<(ResponseHeader Header, KeyValue Leader)> LeaderAsync(EtcdClient client, ByteString prefix, CancellationToken cancel)
    {
        var end = KeyRange.PrefixEnd(prefix);
        var request = new RangeRequest
        {
            Key = prefix,
            RangeEnd = end,
            SortTarget = RangeRequest.Types.SortTarget.Create,
            SortOrder = RangeRequest.Types.SortOrder.Ascend,
            Limit = 1,
        };
        var response = await client.Kv.RangeAsync(request, new CallOptions(cancellationToken: cancel));
        if (response.Kvs.Count > 0)
        {
            return (response.Header, response.Kvs[0]);
        }

        await foreach (var (header, change) in ChangesAsync(client, prefix, end, response.Header.Revision, cancel))
        {
            if (change.Type == Event.Types.EventType.Put)
            {
                header.Revision = change.Kv.ModRevision;
                return (header, change.Kv);
            }
        }

        throw new CliFailure(CliFailure.Error, "elect: observer lost");
    }

    private static async IAsyncEnumerable<(ResponseHeader Header, Event Change)> ChangesAsync(
        EtcdClient client, ByteString key, ByteString end, long revision,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var watcher = new Watcher(client, new WatchCreateRequest { Key = key, RangeEnd = end, StartRevision = revision });
        await foreach (var update in watcher.RunAsync(cancel))
        {
            if (update.Error is not null)
            {
                throw new CliFailure(CliFailure.Error, "elect: observer lost");
            }

            foreach (var change in update.Response.Events)
            {
                yield return (update.Response.Header, change);
            }
        }
    }
}
