using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Auth;

/// <summary>--auth-token "": no tokens are issued, clients are identified by their certificates alone (etcd server/auth/nop.go).</summary>
internal sealed class NoTokens : ITokenProvider
{
    public string NewTokenPrefix() => "";

    public string TokenOf(string assigned, string username, ulong revision) => throw EtcdStatus.Refuse(EtcdError.AuthFailed);

    public ValueTask<AuthInfo> IdentifyAsync(string token, CancellationToken cancel) => ValueTask.FromResult(AuthInfo.None);
}
