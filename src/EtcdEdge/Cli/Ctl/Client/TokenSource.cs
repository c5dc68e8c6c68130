using EtcdEdge.Api;
using Grpc.Core;

namespace EtcdEdge.Cli.Ctl.Client;

/// <summary>The token of the client's user.</summary>
internal sealed class TokenSource(ClientSettings settings)
{
    /// <summary>Empty when the client has no user or the server does not authenticate.</summary>
    public string Current { get; private set; } = settings.Token;

    /// <summary>True for a user with a password; as in etcd's client, a user without one is not authenticated.</summary>
    public bool CanRefresh => settings.User.Length > 0 && settings.Password.Length > 0;

    /// <summary>Authenticates the user; the token stays empty when the server has authentication switched off.</summary>
    public async Task RefreshAsync(CallInvoker invoker, CallOptions options)
    {
        Current = "";
        try
        {
            var request = new AuthenticateRequest { Name = settings.User, Password = settings.Password };
            Current = (await new Auth.AuthClient(invoker).AuthenticateAsync(request, options)).Token;
        }
        catch (RpcException refusal) when (refusal.Status.Detail == CallFailure.AuthNotEnabled)
        {
        }
    }
}
