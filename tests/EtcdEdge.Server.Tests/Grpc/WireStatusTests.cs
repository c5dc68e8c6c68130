using EtcdEdge.Api;
using EtcdEdge.Api.Health;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>Goal: what is wrong below the services reads as grpc-go's. Method: raw bytes sent to the real host.</summary>
public sealed class WireStatusTests
{
    private static readonly Marshaller<byte[]> s_raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    [Theory]
    [InlineData("etcdserverpb.KV", "Nope", "unknown method Nope for service etcdserverpb.KV")]
    [InlineData("etcdserverpb.Nope", "Put", "unknown service etcdserverpb.Nope")]
    [InlineData("v3lockpb.Lock", "TryLock", "unknown service v3lockpb.Lock")]
    public async Task An_unknown_method_is_unimplemented(string service, string method, string text) =>
        Assert.Equal(new Status(StatusCode.Unimplemented, text), await CallAsync(service, method, []));

    [Theory]
    [InlineData("Range", "0A05")]
    [InlineData("Put", "12FF")]
    [InlineData("Txn", "0A01FF")]
    [InlineData("Txn", "12040A020A05")]
    public async Task A_message_that_is_cut_off_is_an_internal_error(string method, string hex)
    {
        var status = await CallAsync("etcdserverpb.KV", method, Convert.FromHexString(hex));
        Assert.Equal(new Status(StatusCode.Internal, "grpc: error unmarshalling request: unexpected EOF"), status);
    }

    [Theory]
    [InlineData("0F")]
    [InlineData("0C")]
    [InlineData("0061")]
    public async Task Bytes_that_are_no_message_are_an_internal_error(string hex)
    {
        var status = await CallAsync("etcdserverpb.KV", "Range", Convert.FromHexString(hex));
        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.StartsWith("grpc: error unmarshalling request: ", status.Detail);
    }

    [Fact]
    public async Task The_health_service_knows_the_server_as_a_whole()
    {
        await using var wire = await WireHost.StartAsync();
        var health = new Health.HealthClient(wire.Channel);
        var response = await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Cancel);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => health.CheckAsync(new HealthCheckRequest { Service = "etcdserverpb.KV" }, cancellationToken: Cancel).ResponseAsync);
        Assert.Equal(new Status(StatusCode.NotFound, "unknown service"), refusal.Status);
    }

    [Fact]
    public async Task Calls_are_counted_by_method_and_code()
    {
        await using var wire = await WireHost.StartAsync();
        var kv = new KV.KVClient(wire.Channel);
        await Assert.ThrowsAsync<RpcException>(() => kv.PutAsync(new PutRequest(), cancellationToken: Cancel).ResponseAsync);
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        wire.Metrics.Write(text);
        const string labels = """{grpc_code="InvalidArgument",grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 1""";
        Assert.Contains("grpc_server_handled_total" + labels, System.Text.Encoding.UTF8.GetString(text.WrittenSpan));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<Status> CallAsync(string service, string name, byte[] message)
    {
        await using var wire = await WireHost.StartAsync();
        var method = new Method<byte[], byte[]>(MethodType.Unary, service, name, s_raw, s_raw);
        var call = wire.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancel), message);
        return (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).Status;
    }
}
