using EtcdEdge.Server.Api.Rpc;

namespace EtcdEdge.Server.Api.Gateway;

/// <summary>One path: the method behind it and the shapes of its messages.</summary>
/// <param name="Path">The gRPC path, "/etcdserverpb.KV/Put".</param>
/// <param name="Method">The method, or null when this version does not serve it.</param>
/// <param name="Request">The request's shape.</param>
/// <param name="Response">The response's shape.</param>
/// <param name="IsStream">Whether responses come as a stream.</param>
internal sealed record GatewayRoute(string Path, BoundMethod? Method, MessageShape Request, MessageShape Response, bool IsStream);
