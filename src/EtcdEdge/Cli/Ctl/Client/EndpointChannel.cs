using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>The connection to one endpoint, made at the first call.</summary>
internal sealed class EndpointChannel(Endpoint endpoint, ClientSettings settings) : IDisposable
{
    private const int StreamWindow = 4 * 1024 * 1024;
    private GrpcChannel? _channel;
    private CallInvoker? _invoker;

    public Endpoint Endpoint => endpoint;

    public bool IsTls => endpoint.Tls switch
    {
        EndpointTls.Required => true,
        EndpointTls.None => false,
        _ => settings.Tls is not null,
    };

    public CallInvoker Invoker => _invoker ??= Open().CreateCallInvoker();

    public void Dispose() => _channel?.Dispose();

    private GrpcChannel Open()
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = settings.DialTimeout > TimeSpan.Zero ? settings.DialTimeout : Timeout.InfiniteTimeSpan,
            ConnectCallback = ConnectAsync,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = AtLeastASecond(settings.KeepAliveTime),
            KeepAlivePingTimeout = AtLeastASecond(settings.KeepAliveTimeout),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            InitialHttp2StreamWindowSize = StreamWindow,
        };
        if (IsTls)
        {
            handler.SslOptions = (settings.Tls ?? new TlsSettings("", "", "", "", skipsVerification: false)).Options(endpoint);
        }

        return _channel = GrpcChannel.ForAddress($"{(IsTls ? "https" : "http")}://{endpoint.Authority}", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = settings.MaxReceiveBytes,
            MaxSendMessageSize = null,
            MaxRetryAttempts = null,
        });
    }

    // 0 and less than the base library's least interval both mean the least; etcd's client raises it as well.
    private static TimeSpan AtLeastASecond(TimeSpan value) => value < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : value;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = endpoint.IsUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Address, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
