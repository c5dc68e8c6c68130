namespace EtcdEdge.Http2;

/// <summary>A request that is served on the thread that reads the connection, together with the others that one read completed.</summary>
public interface IDirectHandler : IStreamHandler
{
    /// <summary>Serves the request, whose body is complete, as far as that is possible without waiting.</summary>
    void Serve();
}
