using EtcdEdge.Api;
using EtcdEdge.Server.Node;
using Grpc.Core;

namespace EtcdEdge.Server.Grpc;

/// <summary>etcdserverpb.Auth: authentication is off, and says so. The other methods are in <see cref="PlannedMethods"/>.</summary>
internal sealed class AuthService(IEtcdNode node) : IRpcService
{
    private const string Name = "etcdserverpb.Auth";
    private readonly ResponseHeaders _headers = new(node);

    public void Bind(RpcBinder binder) =>
        binder.Unary(Messages.Unary(Name, "AuthStatus", AuthStatusRequest.Parser, AuthStatusResponse.Parser), StatusAsync);

    // 1 is the revision of an auth store that was never changed.
    private ValueTask<AuthStatusResponse> StatusAsync(AuthStatusRequest request, ServerCallContext context) =>
        ValueTask.FromResult(new AuthStatusResponse { Header = _headers.MessageNow(), Enabled = false, AuthRevision = 1 });
}
