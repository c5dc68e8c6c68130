namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of clients' traffic: message bytes, as etcd counts them, without HTTP/2's and TLS's own.</summary>
internal sealed class NetworkMetrics(MetricRegistry registry)
{
    private readonly Counter _received = registry.Counter("etcd_network_client_grpc_received_bytes_total",
        "The total number of bytes received from grpc clients.");

    private readonly Counter _sent = registry.Counter("etcd_network_client_grpc_sent_bytes_total", "The total number of bytes sent to grpc clients.");

    private readonly ClientRequestCounters _requests = registry.Family("etcd_server_client_requests_total", MetricType.Counter,
        "The total number of client requests per client version.").Add(new ClientRequestCounters());

    public void Received(long bytes) => _received.Add(bytes);

    public void Sent(long bytes) => _sent.Add(bytes);

    /// <summary>One call began; <paramref name="apiVersion"/> is the client-api-version header, null if there is none.</summary>
    public void RequestBegan(bool unary, string? apiVersion) => _requests.Count(unary, apiVersion);
}
