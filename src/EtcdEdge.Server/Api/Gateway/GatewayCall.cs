using EtcdEdge.Server.Api.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>
/// The context of a call that came over the gateway. Its metadata are the request's headers as grpc-gateway passes them on: what
/// <c>Grpc-Metadata-</c> announces, <c>Authorization</c>, and a deadline in <c>Grpc-Timeout</c>.
/// </summary>
internal sealed class GatewayCall : PlainCall, IDisposable
{
    private const string MetadataPrefix = "Grpc-Metadata-";

    /// <summary>Headers that services read from the request; a client of the gateway sets them by the prefix only.</summary>
    private static readonly string[] _metadataKeys = ["token", "hasleader", "client-api-version"];

    private readonly HttpContext _http;
    private readonly string _method;
    private readonly CancellationTokenSource _end;
    private readonly DateTime _deadline;
    private Metadata? _headers;

    public GatewayCall(HttpContext http, string method, CancellationToken connection)
    {
        (_http, _method) = (http, method);
        _end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, connection);
        var patience = CallTimeout.Parse(http.Request.Headers["Grpc-Timeout"].ToString());
        _deadline = patience is { } limit ? DateTime.UtcNow + limit : DateTime.MaxValue;
        if (patience is not null)
        {
            _end.CancelAfter(patience.Value);
        }

        PassOnHeaders(http.Request.Headers);
    }

    /// <summary>Whether the call was cut short by its own deadline.</summary>
    public bool IsTooLate => _end.IsCancellationRequested && DateTime.UtcNow >= _deadline;

    protected override string MethodCore => _method;

    protected override string HostCore => _http.Request.Host.Value ?? "";

    protected override string PeerCore => $"{_http.Connection.RemoteIpAddress}:{_http.Connection.RemotePort}";

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _headers ??= Headers(_http.Request.Headers);

    protected override CancellationToken CancellationTokenCore => _end.Token;

    protected override HttpContext Http => _http;

    public void Dispose() => _end.Dispose();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    // The certificate of the gateway's caller is not the user's (etcd auth/store.go AuthInfoFromTLS): the marker says so.
    private static void PassOnHeaders(IHeaderDictionary headers)
    {
        foreach (var key in _metadataKeys)
        {
            headers.Remove(key);
            if (headers.TryGetValue(MetadataPrefix + key, out var value))
            {
                headers[key] = value;
            }
        }

        headers["grpcgateway-accept"] = headers.Accept;
    }

    private static Metadata Headers(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var key in _metadataKeys)
        {
            if (headers.TryGetValue(key, out var value))
            {
                metadata.Add(key, value.ToString());
            }
        }

        return metadata;
    }
}
