using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Server.Watch;

/// <summary>One watch of the server's own, for one reader: what a client's stream would be, without the stream.</summary>
internal sealed class KeyWatch : IDisposable
{
    private readonly WatchDispatcher _dispatcher;
    private readonly WatchSession _session;
    private readonly Queue<Record> _records = new();
    private List<WatchDelivery> _deliveries = [];

    private KeyWatch(WatchDispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        _session = dispatcher.Open();
    }

    /// <summary>Watches keys from a revision on.</summary>
    /// <param name="dispatcher">Owns all watches.</param>
    /// <param name="range">The keys.</param>
    /// <param name="startRevision">The first revision to show.</param>
    /// <param name="username">On whose behalf: the watch ends when that user may no longer read the keys.</param>
    public static async ValueTask<KeyWatch> OpenAsync(WatchDispatcher dispatcher, KeyRange range, long startRevision, string? username)
    {
        var watch = new KeyWatch(dispatcher);
        await watch._session.RequestAsync(new WatchCommand(WatchCommandKind.Create, watch._session)
        {
            Spec = new WatchSpec { Key = range.Key, RangeEnd = range.RangeEnd, StartRevision = startRevision, Username = username },
        });
        return watch;
    }

    /// <summary>The next event's record, in order.</summary>
    /// <exception cref="Grpc.Core.RpcException">
    /// The watch has ended: a compaction removed its revision, or the right to the key was revoked.
    /// </exception>
    public async ValueTask<Record> NextAsync(CancellationToken cancel)
    {
        using var closing = cancel.UnsafeRegister(static session => ((WatchSession)session!).Close(), _session);
        while (_records.Count == 0)
        {
            var isOpen = await _session.WaitAsync();
            // Woken on a watch writer's thread, which others wait for.
            await Task.Yield();
            cancel.ThrowIfCancellationRequested();
            Take(isOpen);
        }

        return _records.Dequeue();
    }

    public void Dispose() => _dispatcher.Close(_session);

    private void Take(bool isOpen)
    {
        if (!isOpen)
        {
            throw EtcdStatus.Refuse(EtcdError.Stopped);
        }

        _deliveries = _session.Drain(_deliveries);
        foreach (var delivery in _deliveries)
        {
            var ended = EndOf(delivery);
            if (ended != EtcdError.None)
            {
                throw EtcdStatus.Refuse(ended);
            }

            foreach (var watched in delivery.Batch?.Events ?? [])
            {
                _records.Enqueue(watched.Record);
            }
        }

        _deliveries.Clear();
    }

    private static EtcdError EndOf(in WatchDelivery delivery) => delivery.Kind switch
    {
        WatchDeliveryKind.Compacted => EtcdError.Compacted,
        WatchDeliveryKind.Canceled => EtcdError.PermissionDenied,
        WatchDeliveryKind.Refused => delivery.Refusal == WatchRefusal.TooMany ? EtcdError.TooManyRequests : EtcdError.WatchCanceled,
        _ => EtcdError.None,
    };
}
