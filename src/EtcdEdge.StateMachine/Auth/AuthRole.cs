using System.Collections.Immutable;
using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>A role (auth.proto, Role). Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Permissions">In order of their first key, then of being granted.</param>
public sealed record AuthRole(string Name, ImmutableArray<AuthPermission> Permissions)
{
    /// <summary>The role as etcd stores it.</summary>
    public static AuthRole Of(Role message) => new(message.Name.ToStringUtf8(), [.. message.KeyPermission.Select(AuthPermission.Of)]);

    /// <inheritdoc cref="Of"/>
    public Role ToMessage() => new()
    {
        Name = ByteString.CopyFromUtf8(Name),
        KeyPermission = { Permissions.Select(permission => permission.ToMessage()) },
    };
}
