using EtcdEdge.Api;
using EtcdEdge.Configuration;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>Goal: the KV service over a real connection, read by generated code. Method: the host in front of a node without a log.</summary>
public sealed class KvServiceTests : IAsyncLifetime
{
    private WireHost _wire = null!;
    private KV.KVClient _kv = null!;

    public async ValueTask InitializeAsync()
    {
        _wire = await WireHost.StartAsync();
        _kv = new KV.KVClient(_wire.Channel);
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    [Fact]
    public async Task A_put_is_read_back_with_its_header()
    {
        await PutAsync("a", "1");
        var response = await RangeAsync(new RangeRequest { Key = Bytes("a") });
        Assert.Equal(new ResponseHeader { ClusterId = 0xC1, MemberId = 0x5E, Revision = 2, RaftTerm = 7 }, response.Header);
        var kv = new KeyValue { Key = Bytes("a"), Value = Bytes("1"), CreateRevision = 2, ModRevision = 2, Version = 1 };
        Assert.Equal(kv, Assert.Single(response.Kvs));
        Assert.Equal(1, response.Count);
    }

    [Fact]
    public async Task A_serializable_range_asks_nobody_and_a_linearizable_one_waits_for_the_barrier()
    {
        await RangeAsync(new RangeRequest { Key = Bytes("a"), Serializable = true });
        Assert.Equal(0, _wire.Node.Barriers);
        await RangeAsync(new RangeRequest { Key = Bytes("a") });
        Assert.Equal(1, _wire.Node.Barriers);
    }

    [Fact]
    public async Task A_transaction_that_only_reads_stays_out_of_the_log()
    {
        await PutAsync("a", "1");
        var before = _wire.Node.Proposals;
        var get = new RequestOp { RequestRange = new RangeRequest { Key = Bytes("a") } };
        var response = await _kv.TxnAsync(new TxnRequest { Success = { get } }, cancellationToken: Cancel);
        Assert.True(response.Succeeded);
        Assert.Equal("1", Assert.Single(response.Responses).ResponseRange.Kvs[0].Value.ToStringUtf8());
        Assert.Equal(before, _wire.Node.Proposals);
    }

    [Fact]
    public async Task A_transaction_answers_every_operation()
    {
        await PutAsync("a", "1");
        var response = await _kv.TxnAsync(
            new TxnRequest
            {
                Compare = { new Compare { Key = Bytes("a"), Target = Compare.Types.CompareTarget.Version, Version = 1 } },
                Success =
                {
                    new RequestOp { RequestPut = new PutRequest { Key = Bytes("b"), Value = Bytes("2"), PrevKv = true } },
                    new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = Bytes("a"), PrevKv = true } },
                },
            },
            cancellationToken: Cancel);
        Assert.True(response.Succeeded);
        Assert.Equal(3, response.Header.Revision);
        Assert.Equal("1", response.Responses[1].ResponseDeleteRange.PrevKvs[0].Value.ToStringUtf8());
    }

    [Fact]
    public async Task Refusals_before_the_log_carry_etcds_status()
    {
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: key is not provided", () => PutAsync("", "1"));
        await RefusedAsync(
            StatusCode.InvalidArgument, "etcdserver: key is not provided", () => RangeAsync(new RangeRequest()));
        await RefusedAsync(
            StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision",
            () => RangeAsync(new RangeRequest { Key = Bytes("a"), Revision = 99 }));
        Assert.Equal(0, _wire.Node.Proposals);
    }

    [Fact]
    public async Task Refusals_of_the_node_carry_etcds_status()
    {
        _wire.Node.Refusal = EtcdError.LeaderChanged;
        await RefusedAsync(StatusCode.Unavailable, "etcdserver: leader changed", () => PutAsync("a", "1"));
        await RefusedAsync(StatusCode.Unavailable, "etcdserver: leader changed", () => RangeAsync(new RangeRequest { Key = Bytes("a") }));
    }

    [Fact]
    public async Task A_request_over_the_limit_is_too_large_and_one_over_gRPCs_limit_never_reaches_the_service()
    {
        var limit = new RequestOptions().MaxRequestBytes;
        await RefusedAsync(StatusCode.InvalidArgument, "etcdserver: request is too large", () => PutAsync("a", new string('v', limit)));
        await RefusedAsync(
            StatusCode.ResourceExhausted, $"grpc: received message larger than max (3000008 vs. {limit + 512 * 1024})",
            () => PutAsync("a", new string('v', 3_000_000)));
        await PutAsync("a", new string('v', limit - 100));
        Assert.Equal(1, _wire.Node.Proposals);
    }

    [Fact]
    public async Task A_compaction_takes_effect_and_is_refused_twice()
    {
        await PutAsync("a", "1");
        await PutAsync("a", "2");
        await _kv.CompactAsync(new CompactionRequest { Revision = 3, Physical = true }, cancellationToken: Cancel);
        await RefusedAsync(
            StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted",
            () => _kv.CompactAsync(new CompactionRequest { Revision = 3 }, cancellationToken: Cancel).ResponseAsync);
    }

    [Fact]
    public async Task A_client_that_requires_a_leader_is_refused_without_one()
    {
        _wire.Node.Status = _wire.Node.Status with { Leader = 0, IsLeader = false };
        var headers = new Metadata { { "hasleader", "true" } };
        var read = new RangeRequest { Key = Bytes("a"), Serializable = true };
        await RefusedAsync(
            StatusCode.Unavailable, "etcdserver: no leader", () => _kv.RangeAsync(read, headers, cancellationToken: Cancel).ResponseAsync);
        await RangeAsync(read);
    }

    [Fact]
    public async Task A_learner_serves_serializable_reads_only()
    {
        _wire.Node.Status = _wire.Node.Status with { IsLearner = true };
        await RangeAsync(new RangeRequest { Key = Bytes("a"), Serializable = true });
        await RefusedAsync(
            StatusCode.FailedPrecondition, "etcdserver: rpc not supported for learner", () => RangeAsync(new RangeRequest { Key = Bytes("a") }));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ByteString Bytes(string text) => ByteString.CopyFromUtf8(text);

    private Task<PutResponse> PutAsync(string key, string value) =>
        _kv.PutAsync(new PutRequest { Key = Bytes(key), Value = Bytes(value) }, cancellationToken: Cancel).ResponseAsync;

    private Task<RangeResponse> RangeAsync(RangeRequest request) => _kv.RangeAsync(request, cancellationToken: Cancel).ResponseAsync;

    private static async Task RefusedAsync(StatusCode code, string text, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal((code, text), (refusal.StatusCode, refusal.Status.Detail));
    }
}
