namespace EtcdEdge.Http2.Hpack;

/// <summary>The client broke the protocol so that its connection must end. The message goes to it in the GOAWAY frame.</summary>
public sealed class Http2Exception(Http2Error error, string message) : Exception(message)
{
    public Http2Error Error { get; } = error;
}
