using Grpc.Core;

namespace EtcdEdge.Server.Metrics;

/// <summary>What is counted of one method. Find it once per method and keep it; each verb is an interlocked addition.</summary>
internal sealed class GrpcMethodMetrics(Counter started, Counter received, Counter sent, Counter[] handled, Histogram? handling)
{
    public void Started() => started.Increment();

    public void MessageReceived() => received.Increment();

    public void MessageSent() => sent.Increment();

    /// <summary>The call ended with <paramref name="code"/> after <paramref name="duration"/>, which counts only if durations are wanted.</summary>
    public void Handled(StatusCode code, TimeSpan duration)
    {
        handled[(uint)code < (uint)handled.Length ? (int)code : (int)StatusCode.Unknown].Increment();
        handling?.Observe(duration);
    }
}
