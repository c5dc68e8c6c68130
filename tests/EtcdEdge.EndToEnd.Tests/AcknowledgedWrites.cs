using System.Collections.Concurrent;
using System.Globalization;
using EtcdEdge.Api;
using EtcdEdge.Differential;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.EndToEnd.Tests;

/// <summary>
/// The independent record of what a server acknowledged: writers, each with a key of its own and a counter as its value, and a granter of
/// leases. After a crash the store may be ahead of the record by the write that was under way, never behind it.
/// </summary>
internal sealed class AcknowledgedWrites
{
    private const int Writers = 8;
    private const long LeaseSeconds = 3_600;
    private readonly long[] _attempted = new long[Writers];
    private readonly long[] _acknowledged = new long[Writers];
    private readonly ConcurrentDictionary<long, byte> _revisions = [];
    private readonly ConcurrentBag<long> _leases = [];
    private long _newestRevision;

    public int Count => _revisions.Count;

    /// <summary>Writes until the server is gone.</summary>
    public async Task LoadAsync(string url)
    {
        await using var session = new Session(url);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => WriteAsync(session, w)).Append(GrantAsync(session)));
    }

    /// <summary>Fails unless everything acknowledged is there, and a watch from the beginning shows every acknowledged revision.</summary>
    public async Task CheckAsync(string url)
    {
        await using var session = new Session(url);
        for (var writer = 0; writer < Writers; writer++)
        {
            await CheckKeyAsync(session, writer);
        }

        var leases = (await session.Lease.LeaseLeasesAsync(new LeaseLeasesRequest())).Leases.Select(l => l.ID).ToHashSet();
        Assert.Subset(leases, _leases.ToHashSet());
        await CheckHistoryAsync(session);
    }

    private static ByteString Key(int writer) => ByteString.CopyFromUtf8($"writer/{writer}");

    private async Task WriteAsync(Session session, int writer)
    {
        try
        {
            while (true)
            {
                var n = ++_attempted[writer];
                var put = new PutRequest { Key = Key(writer), Value = ByteString.CopyFromUtf8(n.ToString(CultureInfo.InvariantCulture)) };
                var answer = await session.Kv.PutAsync(put);
                _acknowledged[writer] = n;
                Assert.True(_revisions.TryAdd(answer.Header.Revision, 0), $"revision {answer.Header.Revision} was given twice");
                RaiseNewest(answer.Header.Revision);
            }
        }
        catch (RpcException)
        {
            // The server was killed, as planned; what it had not answered may or may not be there.
        }
    }

    private async Task GrantAsync(Session session)
    {
        try
        {
            while (true)
            {
                _leases.Add((await session.Lease.LeaseGrantAsync(new LeaseGrantRequest { TTL = LeaseSeconds })).ID);
            }
        }
        catch (RpcException)
        {
            // As above.
        }
    }

    private async Task CheckKeyAsync(Session session, int writer)
    {
        var answer = await session.Kv.RangeAsync(new RangeRequest { Key = Key(writer) });
        Assert.True(answer.Header.Revision >= _newestRevision, $"revision {answer.Header.Revision} after {_newestRevision} was acknowledged");
        var stored = answer.Kvs.Count == 0 ? 0 : long.Parse(answer.Kvs[0].Value.ToStringUtf8(), CultureInfo.InvariantCulture);
        Assert.InRange(stored, _acknowledged[writer], _attempted[writer]);
        _attempted[writer] = stored;
    }

    private async Task CheckHistoryAsync(Session session)
    {
        var missing = _revisions.Keys.ToHashSet();
        using var watch = session.Watch.Watch();
        var create = new WatchCreateRequest { Key = Keys.Zero, RangeEnd = Keys.Zero, StartRevision = 1 };
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = create });
        while (missing.Count > 0)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Assert.True(await watch.ResponseStream.MoveNext(limit.Token));
            missing.ExceptWith(watch.ResponseStream.Current.Events.Select(e => e.Kv.ModRevision));
        }
    }

    private void RaiseNewest(long revision)
    {
        lock (_revisions)
        {
            _newestRevision = Math.Max(_newestRevision, revision);
        }
    }
}
