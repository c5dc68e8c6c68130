using EtcdEdge.Api;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Metrics;

/// <summary>
/// Goal: the counters count what etcd's count. Method: the same calls to a running server as were made to etcd 3.5.30, and the numbers that
/// etcd's /metrics showed after each of them.
/// </summary>
public sealed class ScrapeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Operations_are_counted_as_etcd_counts_them()
    {
        await using var server = await RunningServer.StartAsync(_directory.Data);
        var kv = new KV.KVClient(server.Channel);
        await PutAndDeleteAsync(kv);
        await ExpectAsync(server, ("etcd_mvcc_put_total", 9), ("etcd_mvcc_range_total", 4), ("etcd_mvcc_delete_total", 3), ("etcd_mvcc_txn_total", 3),
            ("etcd_debugging_mvcc_total_put_size_in_bytes", 18), ("etcd_debugging_mvcc_keys_total", 1));
        await TransactAsync(kv);
        await ExpectAsync(server, ("etcd_mvcc_put_total", 14), ("etcd_mvcc_range_total", 11), ("etcd_mvcc_delete_total", 3),
            ("etcd_mvcc_txn_total", 6),
            ("etcd_debugging_mvcc_total_put_size_in_bytes", 28));
        await LeaseAsync(server, kv);
        await ExpectAsync(server, ("etcd_mvcc_put_total", 16), ("etcd_mvcc_delete_total", 5), ("etcd_mvcc_txn_total", 7),
            ("etcd_debugging_lease_granted_total", 1), ("etcd_debugging_lease_revoked_total", 1), ("etcd_debugging_lease_renewed_total", 1),
            ("etcd_debugging_server_lease_expired_total", 0),
            ("etcd_debugging_lease_ttl_total_sum", 100), ("etcd_debugging_lease_ttl_total_count", 1),
            ("etcd_server_apply_duration_seconds_count{op=\"Put\",success=\"true\",version=\"v3\"}", 11),
            ("etcd_server_apply_duration_seconds_count{op=\"Put\",success=\"false\",version=\"v3\"}", 1),
            ("etcd_server_apply_duration_seconds_count{op=\"DeleteRange\",success=\"true\",version=\"v3\"}", 3),
            ("etcd_server_apply_duration_seconds_count{op=\"Txn\",success=\"true\",version=\"v3\"}", 4),
            ("etcd_server_apply_duration_seconds_count{op=\"LeaseGrant\",success=\"true\",version=\"v3\"}", 1),
            ("etcd_server_apply_duration_seconds_count{op=\"LeaseRevoke\",success=\"true\",version=\"v3\"}", 1));
    }

    [Fact]
    public async Task Compactions_hashes_and_events_are_counted()
    {
        await using var server = await RunningServer.StartAsync(_directory.Data);
        var kv = new KV.KVClient(server.Channel);
        await PutAndDeleteAsync(kv);
        await kv.CompactAsync(new CompactionRequest { Revision = 10, Physical = true }, cancellationToken: Cancel);
        await new Maintenance.MaintenanceClient(server.Channel).HashKVAsync(new HashKVRequest(), cancellationToken: Cancel);
        await WatchTwoEventsAsync(server, kv);
        await ExpectAsync(server, ("etcd_debugging_mvcc_db_compaction_keys_total", 8), ("etcd_debugging_mvcc_compact_revision", 10),
            ("etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds_count", 1),
            ("etcd_debugging_mvcc_db_compaction_total_duration_milliseconds_count", 1),
            ("etcd_mvcc_hash_rev_duration_seconds_count", 1), ("etcd_mvcc_hash_duration_seconds_count", 0),
            ("etcd_debugging_mvcc_events_total", 2), ("etcd_debugging_mvcc_pending_events_total", 0));
    }

    [Fact]
    public async Task A_restart_counts_from_zero_although_the_log_is_applied_again()
    {
        await using (var first = await RunningServer.StartAsync(_directory.Data))
        {
            await PutAndDeleteAsync(new KV.KVClient(first.Channel));
            await new EtcdEdge.Api.Lease.LeaseClient(first.Channel).LeaseGrantAsync(new LeaseGrantRequest { TTL = 100 }, cancellationToken: Cancel);
            // The last entry's commit is not on the disk yet: what it does is done once more, after the start.
            await new Maintenance.MaintenanceClient(first.Channel).AlarmAsync(new AlarmRequest(), cancellationToken: Cancel);
        }

        await using var server = await RunningServer.StartAsync(_directory.Data);
        await ExpectAsync(server, ("etcd_mvcc_put_total", 0), ("etcd_mvcc_range_total", 0), ("etcd_mvcc_delete_total", 0), ("etcd_mvcc_txn_total", 0),
            ("etcd_debugging_mvcc_total_put_size_in_bytes", 0), ("etcd_debugging_lease_granted_total", 0), ("etcd_debugging_mvcc_keys_total", 1));
    }

    // Revisions 2 to 12; one key is left.
    private static async Task PutAndDeleteAsync(KV.KVClient kv)
    {
        await kv.PutAsync(Put("a", "1"));
        await kv.PutAsync(new PutRequest(Put("a", "2")) { PrevKv = true });
        await kv.PutAsync(new PutRequest { Key = Bytes("a"), IgnoreValue = true });
        await kv.RangeAsync(new RangeRequest { Key = Bytes("a") });
        await kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Bytes("zzz") });
        foreach (var prevKv in new[] { false, true })
        {
            await kv.PutAsync(Put("b", "1"));
            await kv.PutAsync(Put("c", "1"));
            await kv.PutAsync(Put("d", "1"));
            await kv.DeleteRangeAsync(new DeleteRangeRequest { Key = Bytes("b"), RangeEnd = Bytes("e"), PrevKv = prevKv });
        }
    }

    private static async Task TransactAsync(KV.KVClient kv)
    {
        var put = new RequestOp { RequestPut = Put("a", "3") };
        var get = new RequestOp { RequestRange = new RangeRequest { Key = Bytes("a") } };
        await kv.TxnAsync(new TxnRequest { Compare = { ValueIs("2") }, Success = { put } });
        await kv.TxnAsync(new TxnRequest { Compare = { ValueIs("3"), ValueIs("3") }, Success = { put } });
        await kv.TxnAsync(new TxnRequest { Success = { put, new RequestOp { RequestPut = Put("b", "4") } } });
        await kv.TxnAsync(new TxnRequest { Compare = { ValueIs("3") }, Success = { get } });
        await kv.TxnAsync(new TxnRequest { Success = { get } });
        await kv.TxnAsync(new TxnRequest { Compare = { ValueIs("nope"), ValueIs("3") }, Success = { put }, Failure = { put } });
    }

    private static async Task LeaseAsync(RunningServer server, KV.KVClient kv)
    {
        var leases = new EtcdEdge.Api.Lease.LeaseClient(server.Channel);
        var id = (await leases.LeaseGrantAsync(new LeaseGrantRequest { TTL = 100 })).ID;
        await kv.PutAsync(new PutRequest(Put("l1", "x")) { Lease = id });
        await kv.PutAsync(new PutRequest(Put("l2", "x")) { Lease = id });
        using (var alive = leases.LeaseKeepAlive())
        {
            await alive.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id });
            Assert.True(await alive.ResponseStream.MoveNext(Cancel));
        }

        await leases.LeaseRevokeAsync(new LeaseRevokeRequest { ID = id });
        await Assert.ThrowsAsync<RpcException>(async () => await kv.PutAsync(new PutRequest(Put("x", "y")) { Lease = 1234 }));
    }

    private static async Task WatchTwoEventsAsync(RunningServer server, KV.KVClient kv)
    {
        using var watch = new EtcdEdge.Api.Watch.WatchClient(server.Channel).Watch();
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Bytes("a"), RangeEnd = Bytes("b") } });
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        await kv.PutAsync(Put("a1", "x"));
        await kv.PutAsync(Put("a2", "y"));
        for (var seen = 0; seen < 2; seen += watch.ResponseStream.Current.Events.Count)
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        }
    }

    private static async Task ExpectAsync(RunningServer server, params (string Series, double Value)[] expected)
    {
        var text = await server.ScrapeAsync();
        PrometheusChecker.Read(text);
        var values = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => line[(line.LastIndexOf(' ') + 1)..]);
        Assert.Equal(
            expected.Select(pair => $"{pair.Series} {pair.Value}"),
            expected.Select(pair => $"{pair.Series} {values.GetValueOrDefault(pair.Series, "is missing")}"));
    }

    private static PutRequest Put(string key, string value) => new() { Key = Bytes(key), Value = Bytes(value) };

    private static Compare ValueIs(string value) => new()
    {
        Key = Bytes("a"),
        Target = Compare.Types.CompareTarget.Value,
        Result = Compare.Types.CompareResult.Equal,
        Value = Bytes(value),
    };

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);
}
