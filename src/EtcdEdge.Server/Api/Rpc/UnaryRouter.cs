using System.Collections.Frozen;
using EtcdEdge.Http2;
using EtcdEdge.Http2.Hpack;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>Chooses the unary gRPC calls that are served directly from their frames; every other request is served through an HttpContext.</summary>
/// <param name="methods">The methods that are served directly, by path: unary ones that never block a thread for long.</param>
internal sealed class UnaryRouter(FrozenDictionary<string, IUnaryMethod> methods) : IRequestRouter
{
    private static readonly object s_notDirect = new();

    public IDirectHandler? Route(Http2Server server, Http2Stream stream) =>
        stream.Head is { Method: "POST", MessageEncoding: "" or "identity" } head && GrpcWire.IsContentType(head.ContentType)
        && MethodBehind(head.Path!) is { } method
            ? new UnaryCall(server, stream, method)
            : null;

    // A path is looked up once per connection: its field stays in the client's header table.
    private IUnaryMethod? MethodBehind(HeaderField path)
    {
        path.Meaning ??= methods.GetValueOrDefault(path.Value) ?? s_notDirect;
        return path.Meaning as IUnaryMethod;
    }
}
