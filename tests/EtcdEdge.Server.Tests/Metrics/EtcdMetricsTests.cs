using System.Buffers;
using System.Text;
using EtcdEdge.Api;
using EtcdEdge.Api.Concurrency;
using EtcdEdge.Api.Health;
using EtcdEdge.Configuration;
using EtcdEdge.Peers.Net;
using EtcdEdge.Server.Logging;
using EtcdEdge.Server.Metrics;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Xunit;

namespace EtcdEdge.Server.Tests.Metrics;

/// <summary>Goal: etcd's dashboards and alerts work. Method: render, read with a strict reader, compare with the facts.</summary>
public sealed class EtcdMetricsTests
{
    /// <summary>Metrics of etcd that have no meaning or no value here; DESIGN.md says why for each group.</summary>
    private static readonly string[] s_leftOut =
    [
        "etcd_debugging_disk_backend_commit_", "etcd_debugging_mvcc_db_compaction_last", "etcd_debugging_mvcc_db_total_size",
        "etcd_debugging_mvcc_delete_total", "etcd_debugging_mvcc_put_total", "etcd_debugging_mvcc_range_total", "etcd_debugging_mvcc_txn_total",
        "etcd_debugging_mvcc_index_compaction_pause", "etcd_debugging_server_watch_send_loop_", "etcd_debugging_snap_", "etcd_debugging_store_",
        "etcd_grpc_proxy_", "etcd_http_", "etcd_mvcc_db_open_read_transactions", "etcd_network_server_stream_failures",
        "etcd_proxy_", "etcd_server_request_duration_seconds", "etcd_snap_",
    ];

    private readonly EtcdMetrics _metrics = new(MetricsDetail.Extensive, FeatureGates.Defaults)
    {
        Readings = () => new NodeReadings { MemberId = 0xa7be38d986537a7c, HasLeader = true, ClusterVersion = "3.6", Alarms = [(1, "NOSPACE")] },
    };

    [Fact]
    public void Every_metric_of_etcd_is_there_with_its_type_labels_and_buckets_or_left_out_on_purpose()
    {
        TouchEverything();
        var families = PrometheusChecker.Read(Render());
        var wrong = new List<string>();
        foreach (var row in Fixture.Rows("Metrics/metrics.txt"))
        {
            var leftOut = s_leftOut.Any(prefix => row[0].StartsWith(prefix, StringComparison.Ordinal));
            if (!families.TryGetValue(row[0], out var family))
            {
                wrong.AddRange(leftOut ? [] : [$"{row[0]} is missing"]);
            }
            else if (leftOut || family.Type != row[1] || Labels(family) != row[2] || !family.Bounds.SequenceEqual(Bounds(row[3])))
            {
                wrong.Add($"{row[0]}: {family.Type} {Labels(family)} [{string.Join(' ', family.Bounds)}], left out: {leftOut}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_etcd_metric_is_made_up()
    {
        var known = Fixture.Rows("Metrics/metrics.txt").Select(row => row[0]).ToHashSet();
        var ours = PrometheusChecker.Read(Render()).Keys.Where(name =>
            name.StartsWith("etcd_", StringComparison.Ordinal) || name.StartsWith("os_", StringComparison.Ordinal));
        Assert.DoesNotContain(ours, name => !known.Contains(name));
    }

    [Fact]
    public void Families_come_sorted() =>
        Assert.Equal(PrometheusChecker.Read(Render()).Keys.Order(StringComparer.Ordinal), PrometheusChecker.Read(Render()).Keys);

    [Fact]
    public void A_histogram_counts_in_the_right_buckets()
    {
        _metrics.Disk.WalFlushed(TimeSpan.FromMilliseconds(1));
        _metrics.Disk.WalFlushed(TimeSpan.FromMilliseconds(3));
        _metrics.Disk.WalFlushed(TimeSpan.FromSeconds(100));
        var samples = PrometheusChecker.Read(Render())["etcd_disk_wal_fsync_duration_seconds"].Samples;
        Assert.Equal([1, 1, 2, 2], samples.Take(4).Select(sample => sample.Value));
        Assert.Equal([3, 100.004, 3], samples.TakeLast(3).Select(sample => sample.Value));
    }

    [Fact]
    public void Concurrent_observations_are_all_counted()
    {
        var histogram = new Histogram(Buckets.Doubling(1, 3));
        var counter = new Counter();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                histogram.Observe(0.5);
                counter.Increment();
            }
        });
        histogram.Bind("x");
        var buffer = new ArrayBufferWriter<byte>();
        histogram.Render(new PrometheusWriter(buffer), new Scrape(new NodeReadings(), new ProcessReadings()));
        Assert.EndsWith("x_sum 40000\nx_count 80000\n", Encoding.UTF8.GetString(buffer.WrittenSpan));
        Assert.Equal(80_000, counter.Value);
    }

    [Fact]
    public void The_methods_are_those_of_the_protos()
    {
        ServiceDescriptor[] services =
        [
            .. RpcReflection.Descriptor.Services, .. LockReflection.Descriptor.Services, .. ElectionReflection.Descriptor.Services,
            .. HealthReflection.Descriptor.Services,
        ];
        var expected = services.SelectMany(service => service.Methods).Select(method => $"/{method.Service.FullName}/{method.Name} {Type(method)}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), GrpcMethod.All.Select(method => $"{method.Path} {method.Type}")
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_method_and_code_has_a_zero_from_the_start()
    {
        var families = PrometheusChecker.Read(Render());
        Assert.Equal(GrpcMethod.All.Count, families["grpc_server_started_total"].Samples.Count);
        Assert.Equal(GrpcMethod.All.Count * 17, families["grpc_server_handled_total"].Samples.Count);
        Assert.Equal(["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"],
            families["grpc_server_handling_seconds"].Bounds.Take(11));
    }

    [Fact]
    public void A_call_is_counted_under_its_code()
    {
        var put = _metrics.Grpc.Find("/etcdserverpb.KV/Put")!;
        put.Started();
        put.Handled(StatusCode.ResourceExhausted, TimeSpan.FromMilliseconds(6));
        Assert.Contains("""{grpc_code="ResourceExhausted",grpc_method="Put",grpc_service="etcdserverpb.KV",grpc_type="unary"} 1""", Render());
        Assert.Null(_metrics.Grpc.Find("/etcdserverpb.KV/Nope"));
    }

    [Fact]
    public void Durations_cost_nothing_unless_extensive_metrics_are_wanted()
    {
        var basic = new EtcdMetrics(MetricsDetail.Basic, FeatureGates.Defaults);
        var buffer = new ArrayBufferWriter<byte>();
        basic.Write(buffer);
        Assert.DoesNotContain("grpc_server_handling_seconds", Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Fact]
    public void Clients_cannot_make_series_without_bound()
    {
        for (var i = 0; i < 1000; i++)
        {
            _metrics.Network.RequestBegan(unary: true, $"{i}");
        }

        _metrics.Network.RequestBegan(unary: true, "\"\\\n");
        var samples = PrometheusChecker.Read(Render())["etcd_server_client_requests_total"].Samples;
        Assert.Equal(MetricsLimits.CountedClientVersions + 1, samples.Count);
        Assert.Equal(1001, samples.Sum(sample => sample.Value));
    }

    [Fact]
    public void The_process_is_described()
    {
        var families = PrometheusChecker.Read(Render());
        Assert.True(families["process_resident_memory_bytes"].Samples.Single().Value > 1e6);
        Assert.True(families["process_open_fds"].Samples.Single().Value > 2);
        Assert.True(families["process_start_time_seconds"].Samples.Single().Value > 0);
    }

    [Fact]
    public void Verbs_allocate_nothing()
    {
        var put = _metrics.Grpc.Find("/etcdserverpb.KV/Put")!;
        _metrics.Network.RequestBegan(true, "3.5");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            put.Started();
            put.Handled(StatusCode.OK, TimeSpan.FromMilliseconds(1));
            _metrics.Leases.Granted(100);
            _metrics.Server.Applied(RequestKind.Put, true, TimeSpan.FromMilliseconds(1));
            _metrics.Network.RequestBegan(true, "3.5");
            _metrics.Disk.WalFlushed(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(0.001, "0.001")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00005, "5e-05")]
    [InlineData(8.192, "8.192")]
    [InlineData(409600, "409600")]
    [InlineData(819200, "819200")]
    [InlineData(1048576, "1.048576e+06")]
    [InlineData(1638400, "1.6384e+06")]
    [InlineData(2147483648, "2.147483648e+09")]
    [InlineData(1e21, "1e+21")]
    [InlineData(-2.5, "-2.5")]
    public void A_bound_prints_as_in_Go(double value, string text) => Assert.Equal(text, GoNumber.Format(value));

    private static string Labels(PrometheusChecker.Family family)
    {
        var labels = family.Samples.FirstOrDefault()?.Labels.Keys.Where(label => label != "le").ToArray() ?? [];
        return labels.Length == 0 ? "-" : string.Join(',', SortedAs(family.Name, labels));
    }

    /// <summary>The facts list labels in the order of etcd's declaration, the text format by name.</summary>
    private static string[] SortedAs(string name, string[] labels)
    {
        var declared = Fixture.Rows("Metrics/metrics.txt").FirstOrDefault(row => row[0] == name)?[2].Split(',') ?? [];
        return declared.Order().SequenceEqual(labels.Order()) ? declared : labels;
    }

    private static IEnumerable<string> Bounds(string description)
    {
        if (description == "-")
        {
            return [];
        }

        var numbers = description[4..^1].Split(',').Select(text => double.Parse(text.Trim(), System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        return Enumerable.Range(0, (int)numbers[2]).Select(step => GoNumber.Format(numbers[0] * Math.Pow(numbers[1], step)));
    }

    private static string Type(MethodDescriptor method) =>
        method is { IsClientStreaming: true, IsServerStreaming: true } ? "bidi_stream" : method.IsServerStreaming ? "server_stream" : "unary";

    /// <summary>Labelled metrics appear with their first sample.</summary>
    private void TouchEverything()
    {
        _metrics.Health.Checked("readyz", "non_learner", success: true);
        _metrics.Network.RequestBegan(unary: true, null);
        _metrics.Server.Applied(RequestKind.Put, success: true, TimeSpan.Zero);
        _metrics.Server.Ranged(success: true, TimeSpan.Zero);
        _metrics.Server.PromotedLearner("etcdserver: can only promote a learner member which is in sync with leader");
        TouchPeers();
    }

    private void TouchPeers()
    {
        _metrics.Peers.Active(2, true);
        _metrics.Peers.Disconnected(2);
        _metrics.Peers.RoundTrip(2, TimeSpan.Zero);
        _metrics.Peers.Sent(2, 1);
        _metrics.Peers.Received(2, 1);
        _metrics.Peers.SendFailed(2);
        _metrics.Peers.ReceiveFailed(2);
        foreach (var succeeded in new[] { true, false })
        {
            _metrics.Peers.SnapshotSending(2);
            _metrics.Peers.SnapshotReceiving(2);
            _metrics.Peers.SnapshotSent(2, succeeded, TimeSpan.Zero);
            _metrics.Peers.SnapshotReceived(2, succeeded, TimeSpan.Zero);
        }
    }

    private string Render()
    {
        var buffer = new ArrayBufferWriter<byte>();
        _metrics.Write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
