using System.IO.Pipelines;
using System.Net;
using EtcdEdge.Http2.Hpack;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace EtcdEdge.Http2;

/// <summary>The exchange as ASP.NET's features.</summary>
public sealed partial class HttpContextAdapter :
    IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IRequestBodyPipeFeature, IHttpRequestLifetimeFeature, IHttpResponseFeature,
    IHttpResponseBodyFeature, IHttpResponseTrailersFeature, IHttpResetFeature, IHttpConnectionFeature
{
    private Stack<(Func<object, Task> Callback, object State)>? _atStart;
    private Stack<(Func<object, Task> Callback, object State)>? _atCompletion;
    private Stream? _requestStream;
    private Stream? _responseStream;
    private CancellationToken? _token;
    private bool _isComplete;

    public string Protocol { get; set; } = HttpProtocol.Http2;

    public string Scheme { get; set; } = "";

    public string Method { get; set; } = "";

    public string PathBase { get; set; } = "";

    public string Path { get; set; } = "";

    public string QueryString { get; set; } = "";

    public string RawTarget { get; set; } = "";

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    IHeaderDictionary IHttpRequestFeature.Headers { get; set; } = new HeaderDictionary();

    Stream IHttpRequestFeature.Body
    {
        get => _requestStream ??= _request.AsStream();
        set => _requestStream = value;
    }

    bool IHttpRequestBodyDetectionFeature.CanHaveBody => !_stream.HasRequestEnded;

    PipeReader IRequestBodyPipeFeature.Reader => _request;

    CancellationToken IHttpRequestLifetimeFeature.RequestAborted
    {
        get => _token ?? _aborted.Token;
        set => _token = value;
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public bool HasStarted { get; private set; }

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    [Obsolete("Asked for by the interface only.")]
    Stream IHttpResponseFeature.Body
    {
        get => ((IHttpResponseBodyFeature)this).Stream;
        set => _responseStream = value;
    }

    Stream IHttpResponseBodyFeature.Stream => _responseStream ??= _response.AsStream();

    PipeWriter IHttpResponseBodyFeature.Writer => _response;

    public string ConnectionId { get; set; } = "";

    public IPAddress? RemoteIpAddress { get; set; }

    public IPAddress? LocalIpAddress { get; set; }

    public int RemotePort { get; set; }

    public int LocalPort { get; set; }

    /// <summary>A response to HEAD, or of a status that has none, carries no body (RFC 9110 section 6.4.1).</summary>
    public bool HasBody => Method != "HEAD" && StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified);

    void IHttpRequestLifetimeFeature.Abort() => _stream.Reset(Http2Error.InternalError);

    void IHttpResetFeature.Reset(int errorCode) => _stream.Reset((Http2Error)errorCode);

    void IHttpResponseFeature.OnStarting(Func<object, Task> callback, object state) => (_atStart ??= new()).Push((callback, state));

    void IHttpResponseFeature.OnCompleted(Func<object, Task> callback, object state) => (_atCompletion ??= new()).Push((callback, state));

    void IHttpResponseBodyFeature.DisableBuffering()
    {
    }

    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) =>
        SendFileFallback.SendFileAsync(((IHttpResponseBodyFeature)this).Stream, path, offset, count, cancellationToken);

    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => _response.FlushAsync(cancellationToken).AsTask();

    private void ReadHead(RequestHead head)
    {
        (Method, Scheme, RawTarget) = (head.Method, head.Scheme, head.Path!.Value);
        var query = RawTarget.IndexOf('?');
        Path = Uri.UnescapeDataString(query < 0 ? RawTarget : RawTarget[..query]);
        QueryString = query < 0 ? "" : RawTarget[query..];
        var headers = ((IHttpRequestFeature)this).Headers;
        foreach (var field in head.Fields.Fields)
        {
            if (!field.Name.StartsWith(':'))
            {
                headers[field.Name] = headers.TryGetValue(field.Name, out var known) ? Joined(field, known) : field.Value;
            }
        }

        if (head.Authority.Length > 0)
        {
            headers.Host = head.Authority;
        }
    }

    // Clients may send the pieces of a cookie one by one (RFC 9113 section 8.2.3).
    private static StringValues Joined(HeaderField field, StringValues known) =>
        field.Name == "cookie" ? $"{known}; {field.Value}" : StringValues.Concat(known, field.Value);

    private void AddFeatures()
    {
        var transport = _stream.Connection.Transport;
        ConnectionId = transport.ConnectionId;
        (RemoteIpAddress, RemotePort) = AddressOf(transport.RemoteEndPoint);
        (LocalIpAddress, LocalPort) = AddressOf(transport.LocalEndPoint);
        Features.Set<IHttpRequestFeature>(this);
        Features.Set<IHttpRequestBodyDetectionFeature>(this);
        Features.Set<IRequestBodyPipeFeature>(this);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set<IHttpResponseFeature>(this);
        Features.Set<IHttpResponseBodyFeature>(this);
        Features.Set<IHttpResponseTrailersFeature>(this);
        Features.Set<IHttpResetFeature>(this);
        Features.Set<IHttpConnectionFeature>(this);
    }

    private static (IPAddress?, int) AddressOf(EndPoint? endPoint) => endPoint is IPEndPoint ip ? (ip.Address, ip.Port) : default;
}
