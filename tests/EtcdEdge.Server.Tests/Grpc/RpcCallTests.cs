using EtcdEdge.Configuration;
using EtcdEdge.Server.Api.Rpc;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Tests.Peers;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Grpc;

/// <summary>Goal: that a client's deadline passed, or that it went away, while its answer was written is no failure of the server's.</summary>
public sealed class RpcCallTests
{
    private static readonly Method<string, string> s_method = new(
        MethodType.ServerStreaming, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    [Fact]
    public void A_write_after_the_deadline_or_the_cancellation_is_not_told()
    {
        Assert.Empty(Told(new Call(DateTime.UtcNow.AddSeconds(-1), new CancellationToken(canceled: false))));
        Assert.Empty(Told(new Call(DateTime.MaxValue, new CancellationToken(canceled: true))));
    }

    [Fact]
    public void The_same_in_a_call_that_lives_is_told() =>
        Assert.Contains("a call failed in a way it should not", Assert.Single(Told(new Call(DateTime.MaxValue, CancellationToken.None))),
            StringComparison.Ordinal);

    private static IReadOnlyCollection<string> Told(ServerCallContext call)
    {
        var logger = new RecordingLogger();
        var metrics = new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults);
        var method = new RpcMethod(new RpcObserver(metrics, logger, TimeSpan.FromSeconds(1), TimeProvider.System), s_method, metrics: null);
        new RpcCall(method, null, call, TimeProvider.System.GetTimestamp())
            .Failed(new InvalidOperationException("Can't write the message because the request is complete."));
        return logger.Lines;
    }

    private sealed class Call(DateTime deadline, CancellationToken cancel) : ServerCallContext
    {
        protected override string MethodCore => "/s/m";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => deadline;

        protected override Metadata RequestHeadersCore => [];

        protected override CancellationToken CancellationTokenCore => cancel;

        protected override Metadata ResponseTrailersCore => [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => new("", []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }
}
