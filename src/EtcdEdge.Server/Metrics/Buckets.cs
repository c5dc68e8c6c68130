namespace EtcdEdge.Server.Metrics;

/// <summary>A histogram's upper bounds, ascending, without the last one, infinity.</summary>
internal sealed record Buckets(double[] Bounds)
{
    /// <summary>client_golang's default bounds, which grpc_server_handling_seconds uses.</summary>
    public static Buckets GrpcDefault { get; } = new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);

    /// <summary>Doubling bounds, multiplied up step by step as prometheus.ExponentialBuckets does, so that they print alike.</summary>
    public static Buckets Doubling(double first, int count)
    {
        var bounds = new double[count];
        for (var i = 0; i < count; i++)
        {
            bounds[i] = first;
            first *= 2;
        }

        return new Buckets(bounds);
    }
}
