using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Mirror;

/// <summary>
/// Copies keys of one cluster to another, then each change: the changes of one revision in one transaction. Every 30 seconds it prints how many keys
/// it has written. A write to the destination that fails ends it; a broken connection to the source resumes the watch.
/// </summary>
internal sealed class MirrorRun(EtcdClient source, EtcdClient destination, MirrorOptions options)
{
    private static readonly TimeSpan s_reportPeriod = TimeSpan.FromSeconds(30);
    private long _total;

    /// <summary>Runs until it fails.</summary>
    /// <exception cref="CliFailure">When the source has compacted what was not copied.</exception>
    /// <exception cref="RpcException">When the destination refuses a write.</exception>
    public async Task RunAsync()
    {
        using var report = new Timer(_ => Report(), null, s_reportPeriod, s_reportPeriod);
        var (key, end) = Range();
        var from = options.StartRevision > 0 ? options.StartRevision + 1 : await CopyAsync(key, end) + 1;
        using var watcher = new Watcher(source, new WatchCreateRequest { Key = key, RangeEnd = end, StartRevision = from });
        await foreach (var update in watcher.RunAsync(CancellationToken.None))
        {
            if (update.Error is { } error)
            {
                throw new CliFailure(CliFailure.Error, error);
            }

            foreach (var batch in Batches(update.Response.Events, options.MaxTxnOps))
            {
                await ApplyAsync(batch);
            }
        }
    }

    /// <summary>Changes of one revision together, at most <paramref name="most"/>.</summary>
    public static IEnumerable<IReadOnlyList<Event>> Batches(IEnumerable<Event> changes, int most)
    {
        var batch = new List<Event>();
        foreach (var change in changes)
        {
            if (batch.Count > 0 && (batch.Count == most || change.Kv.ModRevision > batch[^1].Kv.ModRevision))
            {
                yield return batch;
                batch = [];
            }

            batch.Add(change);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private (ByteString Key, ByteString End) Range() =>
        options.Prefix.IsEmpty ? (KeyRange.Zero, KeyRange.Zero) : (options.Prefix, KeyRange.PrefixEnd(options.Prefix));

    // The revision of the copy.
    private async Task<long> CopyAsync(ByteString key, ByteString end)
    {
        var request = new RangeRequest { Key = key, RangeEnd = end };
        var page = await RangePages.FirstAsync(source, request, new CallOptions());
        var revision = page.Header.Revision;
        while (true)
        {
            foreach (var pair in page.Kvs)
            {
                await destination.Kv.PutAsync(new PutRequest { Key = options.Map(pair.Key), Value = pair.Value }, new CallOptions());
                Interlocked.Increment(ref _total);
            }

            if (!page.More || page.Kvs.Count == 0)
            {
                return revision;
            }

            page = await RangePages.NextAsync(source, request, page, new CallOptions());
        }
    }

    private async Task ApplyAsync(IReadOnlyList<Event> batch)
    {
        var request = new TxnRequest();
        request.Success.AddRange(batch.Select(change => change.Type == Event.Types.EventType.Put
            ? new RequestOp { RequestPut = new PutRequest { Key = options.Map(change.Kv.Key), Value = change.Kv.Value } }
            : new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = options.Map(change.Kv.Key) } }));
        await destination.Kv.TxnAsync(request, new CallOptions());
        Interlocked.Add(ref _total, batch.Count);
    }

    private void Report()
    {
        CtlConsole.Out.WriteLine($"{Interlocked.Read(ref _total)}");
        CtlConsole.Out.Flush();
    }
}
