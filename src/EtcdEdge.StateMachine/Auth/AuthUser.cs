using System.Collections.Immutable;
using EtcdEdge.Api;
using Google.Protobuf;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>A user (auth.proto, User). Immutable. Not to be printed or logged: it holds the password's hash.</summary>
public sealed class AuthUser(string name)
{
    public string Name { get; } = name;

    /// <summary>bcrypt's text; empty for a user without one, which no password fits.</summary>
    public ReadOnlyMemory<byte> PasswordHash { get; init; }

    /// <summary>The user identifies itself by certificate only: no password may be tried.</summary>
    public bool HasNoPassword { get; init; }

    /// <summary>Names of the granted roles in order of their bytes. A name outlives a role only for "root", which needs none.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>The user as etcd stores it.</summary>
    public static AuthUser Of(User message) => new(message.Name.ToStringUtf8())
    {
        PasswordHash = message.Password.Memory,
        HasNoPassword = message.Options?.NoPassword ?? false,
        Roles = [.. message.Roles],
    };

    /// <inheritdoc cref="Of"/>
    public User ToMessage() => new()
    {
        Name = ByteString.CopyFromUtf8(Name),
        Password = UnsafeByteOperations.UnsafeWrap(PasswordHash),
        Roles = { Roles },
        Options = new UserAddOptions { NoPassword = HasNoPassword },
    };

    internal AuthUser WithRoles(ImmutableArray<string> roles) =>
        new(Name) { PasswordHash = PasswordHash, HasNoPassword = HasNoPassword, Roles = roles };

    internal AuthUser WithPasswordHash(ReadOnlyMemory<byte> hash) =>
        new(Name) { PasswordHash = hash, HasNoPassword = HasNoPassword, Roles = Roles };
}
