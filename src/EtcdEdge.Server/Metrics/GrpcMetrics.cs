using System.Collections.Frozen;

namespace EtcdEdge.Server.Metrics;

/// <summary>grpc_server_*, with a zero for every method and code from the start, as grpc-prometheus' InitializeMetrics makes them.</summary>
internal sealed class GrpcMetrics
{
    /// <summary>grpc-go's names of the codes, by number (codes/code_string.go).</summary>
    private static readonly string[] s_codes =
    [
        "OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied", "ResourceExhausted",
        "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable", "DataLoss", "Unauthenticated",
    ];

    private readonly FrozenDictionary<string, GrpcMethodMetrics> _byPath;

    public GrpcMetrics(MetricRegistry registry, bool extensive)
    {
        var started = registry.Family("grpc_server_started_total", MetricType.Counter, "Total number of RPCs started on the server.");
        var received = registry.Family("grpc_server_msg_received_total", MetricType.Counter,
            "Total number of RPC stream messages received on the server.");
        var sent = registry.Family("grpc_server_msg_sent_total", MetricType.Counter, "Total number of gRPC stream messages sent by the server.");
        var handled = registry.Family("grpc_server_handled_total", MetricType.Counter,
            "Total number of RPCs completed on the server, regardless of success or failure.");
        var handling = extensive
            ? registry.Family("grpc_server_handling_seconds", MetricType.Histogram,
                "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.")
            : null;
        _byPath = GrpcMethod.All.ToFrozenDictionary(method => method.Path, method => new GrpcMethodMetrics(
            started.Add(new Counter(method.Labels)),
            received.Add(new Counter(method.Labels)),
            sent.Add(new Counter(method.Labels)),
            [.. s_codes.Select(code => handled.Add(new Counter($"{PrometheusText.Label("grpc_code", code)},{method.Labels}")))],
            handling?.Add(new Histogram(Buckets.GrpcDefault, method.Labels))));
    }

    /// <summary>The metrics of the method at "/service/method", or null for one the server does not have.</summary>
    public GrpcMethodMetrics? Find(string path) => _byPath.GetValueOrDefault(path);
}
