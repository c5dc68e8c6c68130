namespace EtcdEdge.Http2;

/// <summary>Chooses which requests are served directly from their frames instead of through an HttpContext.</summary>
public interface IRequestRouter
{
    /// <summary>
    /// Returns the handler of the stream's request, or null when it is to be served through an HttpContext. Called by the reading thread.
    /// </summary>
    IDirectHandler? Route(Http2Server server, Http2Stream stream);
}
