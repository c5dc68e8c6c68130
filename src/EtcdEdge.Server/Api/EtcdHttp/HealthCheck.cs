namespace EtcdEdge.Server.Api.EtcdHttp;

/// <summary>One named check of /livez or /readyz.</summary>
/// <param name="Name">The check's name, which is also its sub path.</param>
/// <param name="FailureAsync">Null when healthy, otherwise what is wrong.</param>
internal sealed record HealthCheck(string Name, Func<CancellationToken, ValueTask<string?>> FailureAsync);
