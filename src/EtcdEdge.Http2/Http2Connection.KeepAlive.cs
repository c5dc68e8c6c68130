namespace EtcdEdge.Http2;

/// <summary>Whether the client is still there: --grpc-keepalive-interval and --grpc-keepalive-timeout.</summary>
public sealed partial class Http2Connection
{
    private readonly long _bornMs = Environment.TickCount64;
    private long _heardMs = Environment.TickCount64;

    /// <summary>When the ping was sent that nothing has answered yet; 0 when there is none.</summary>
    private long _pingedMs;

    /// <summary>Each second, from a timer's thread.</summary>
    public void Beat()
    {
        var now = Environment.TickCount64;
        StopUnfinished(now - ConnectionLimits.UnfinishedRequestPatienceMs);
        var pinged = Volatile.Read(ref _pingedMs);
        var isMute = pinged != 0 && now - pinged >= _server.KeepAliveTimeoutMs;
        var isNoClient = !Volatile.Read(ref _hasPreface) && now - _bornMs >= ConnectionLimits.ProtocolSniffTimeout.TotalMilliseconds;
        if (isMute || isNoClient)
        {
            _transport.Abort();
        }
        else if (pinged == 0 && now - Volatile.Read(ref _heardMs) >= _server.KeepAliveIntervalMs)
        {
            Volatile.Write(ref _pingedMs, now);
            WriteControl(new Frame(8, FrameKind.Ping, FrameFlags.None, 0), "etcdedge"u8);
        }
    }

    // Whatever arrives shows that the client is alive, its answer to the ping or something else.
    private void HeardFrom()
    {
        Volatile.Write(ref _heardMs, Environment.TickCount64);
        Volatile.Write(ref _pingedMs, 0);
    }
}
