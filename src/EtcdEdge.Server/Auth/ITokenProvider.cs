using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Server.Auth;

/// <summary>
/// How tokens are made and recognised (--auth-token): <see cref="SimpleTokens"/>, <see cref="JwtTokens"/> or <see cref="NoTokens"/>.
/// </summary>
internal interface ITokenProvider
{
    /// <summary>The random part of a token that the log assigns; empty when this member creates tokens by itself.</summary>
    string NewTokenPrefix();

    /// <summary>The token of a user that was just authenticated.</summary>
    /// <param name="assigned">What the log assigned; empty if nothing.</param>
    /// <param name="username">The user.</param>
    /// <param name="revision">The auth revision the user was authenticated at.</param>
    /// <exception cref="Grpc.Core.RpcException">This member cannot make tokens.</exception>
    string TokenOf(string assigned, string username, ulong revision);

    /// <summary>The owner of a token, empty when the token is invalid or expired.</summary>
    ValueTask<AuthInfo> IdentifyAsync(string token, CancellationToken cancel);
}
