using System.Text;
using EtcdEdge.Configuration;
using EtcdEdge.Raft.Model;
using EtcdEdge.Server.Metrics;
using EtcdEdge.Server.Node;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Metrics;

// Goal: late heartbeats of a leader are counted as etcd counts them. Method: a clock that the test moves between two messages.
public sealed class LoopMeterTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _time = new();
    private readonly EtcdMetrics _metrics = new(MetricsDetail.Basic, FeatureGates.Defaults);

    [Theory]
    [InlineData(200, true, 0)]
    [InlineData(201, true, 1)]
    [InlineData(201, false, 0)]
    public void A_heartbeat_later_than_two_intervals_is_counted_on_the_leader(int gapMs, bool staysLeader, int late)
    {
        var meter = new LoopMeter(_time, _metrics, TimeSpan.FromSeconds(1), s_interval, NullLogger.Instance);
        Message[] heartbeat = [new Message { Type = MessageType.Heartbeat, From = 1, To = 2 }];
        meter.Sending(heartbeat, isLeader: true);
        _time.Advance(TimeSpan.FromMilliseconds(gapMs));
        meter.Sending([new Message { Type = MessageType.Append, From = 1, To = 2 }], staysLeader);
        meter.Sending(heartbeat, isLeader: true);
        Assert.Contains($"etcd_server_heartbeat_send_failures_total {late}", Text());
    }

    private string Text()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        _metrics.Write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
