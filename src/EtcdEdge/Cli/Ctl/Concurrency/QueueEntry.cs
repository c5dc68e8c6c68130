using EtcdEdge.Api;
using EtcdEdge.Cli.Ctl.Client;
using EtcdEdge.Cli.Ctl.Common;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Concurrency;

/// <summary>
/// A session's key under NAME/, as etcd's locks and elections have it: the oldest key of the prefix owns the lock or leads (etcd
/// client/v3/concurrency).
/// </summary>
internal sealed class QueueEntry(LeaseSession session, string name)
{
    private readonly ByteString _prefix = KeyRange.Bytes(name + "/");
    private long _createRevision;

    public ByteString Key { get; } = KeyRange.Bytes($"{name}/{session.Lease:x}");

    /// <summary>The store's revision when the entry became the oldest.</summary>
    public long Revision { get; private set; }

    private EtcdClient Client => session.Client;

    /// <summary>Creates the entry with a value, or gives an entry of the same session the value.</summary>
    public async Task EnterAsync(ByteString value, CancellationToken cancel)
    {
        var request = new TxnRequest { Compare = { Created(0) } };
        request.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Key, Value = value, Lease = session.Lease } });
        request.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = Key } });
        var response = await Client.Kv.TxnAsync(request, new CallOptions(cancellationToken: cancel));
        Revision = response.Header.Revision;
        _createRevision = response.Succeeded ? Revision : response.Responses[0].ResponseRange.Kvs[0].CreateRevision;
        if (!response.Succeeded && response.Responses[0].ResponseRange.Kvs[0].Value != value)
        {
            await Client.Kv.PutAsync(new PutRequest { Key = Key, Value = value, Lease = session.Lease }, new CallOptions(cancellationToken: cancel));
        }
    }

    /// <summary>Waits until every older entry is deleted.</summary>
    /// <exception cref="OperationCanceledException">When cancelled; the entry is removed.</exception>
    public async Task WaitAsync(CancellationToken cancel)
    {
        try
        {
            while (await OlderAsync(cancel) is { } older)
            {
                await DeletedAsync(older.Key, older.Revision, cancel);
            }
        }
        catch (Exception ended) when (cancel.IsCancellationRequested && ended is RpcException or OperationCanceledException)
        {
            await LeaveAsync();
            throw new OperationCanceledException(cancel);
        }
    }

    /// <summary>The entry's pair; none when the lease has expired meanwhile.</summary>
    public async Task<RangeResponse> GetAsync(CallOptions options)
    {
        var response = await Client.Kv.RangeAsync(new RangeRequest { Key = Key }, options);
        Revision = response.Header.Revision;
        return response;
    }

    /// <summary>Removes the entry.</summary>
    public async Task LeaveAsync()
    {
        var request = new TxnRequest { Compare = { Created(_createRevision) } };
        request.Success.Add(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Key } });
        await Client.Kv.TxnAsync(request, new CallOptions());
    }

    private Compare Created(long revision) => new()
    {
        Target = Compare.Types.CompareTarget.Create,
        Result = Compare.Types.CompareResult.Equal,
        Key = Key,
        CreateRevision = revision,
    };

    private async Task<(ByteString Key, long Revision)?> OlderAsync(CancellationToken cancel)
    {
        var request = new RangeRequest
        {
            Key = _prefix,
            RangeEnd = KeyRange.PrefixEnd(_prefix),
            SortTarget = RangeRequest.Types.SortTarget.Create,
            SortOrder = RangeRequest.Types.SortOrder.Descend,
            Limit = 1,
            MaxCreateRevision = _createRevision - 1,
        };
        var response = await Client.Kv.RangeAsync(request, new CallOptions(cancellationToken: cancel));
        Revision = response.Header.Revision;
        return response.Kvs.Count == 0 ? null : (response.Kvs[0].Key, response.Header.Revision);
    }

    private async Task DeletedAsync(ByteString key, long revision, CancellationToken cancel)
    {
        using var watcher = new Watcher(Client, new WatchCreateRequest { Key = key, StartRevision = revision + 1 });
        await foreach (var update in watcher.RunAsync(cancel))
        {
            if (update.Error is { } error)
            {
                throw new CliFailure(CliFailure.Error, error);
            }

            if (update.Response.Events.Any(change => change.Type == Event.Types.EventType.Delete))
            {
                return;
            }
        }
    }
}
