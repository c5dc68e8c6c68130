using System.Collections.Immutable;
using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>
/// Users, roles and the switch. Changed by applied entries only, on the node loop's thread; <see cref="View"/> may be read by any. The checks
/// and their order are those of etcd server/auth/store.go.
/// </summary>
public sealed class AuthStore
{
    private volatile AuthView _view = AuthView.Initial;

    public AuthView View => _view;

    /// <summary>Told about tokens. Absent while a log is replayed: a token's time is over when its member has been restarted.</summary>
    public IAuthTokens? Tokens { get; set; }

    /// <returns>None, also when auth is on already; RootUserNotExist or RootRoleNotExist.</returns>
    public EtcdError Enable()
    {
        if (_view.IsEnabled)
        {
            return EtcdError.None;
        }

        if (!_view.Users.TryGetValue(AuthView.RootName, out var root))
        {
            return EtcdError.RootUserNotExist;
        }

        if (!root.Roles.Contains(AuthView.RootName))
        {
            return EtcdError.RootRoleNotExist;
        }

        _view = _view.With(isEnabled: true, _view.Revision);
        return EtcdError.None;
    }

    public void Disable()
    {
        if (_view.IsEnabled)
        {
            _view = _view.With(isEnabled: false, _view.Revision + 1);
            Tokens?.InvalidateAll();
        }
    }

    /// <summary>
    /// Somebody has shown a user's password to the member that proposed this; a change since then is that member's to notice.
    /// </summary>
    /// <param name="request">The name, and the token's random part; without one the member signs its own.</param>
    /// <param name="index">The entry's index: the token's second part.</param>
    /// <param name="token">The token, or empty.</param>
    /// <returns>None, AuthNotEnabled or AuthFailed.</returns>
    public EtcdError Authenticate(InternalAuthenticateRequest request, ulong index, out string token)
    {
        token = "";
        if (!_view.IsEnabled)
        {
            return EtcdError.AuthNotEnabled;
        }

        if (!_view.Users.TryGetValue(request.Name, out var user) || user.HasNoPassword)
        {
            return EtcdError.AuthFailed;
        }

        if (request.SimpleToken.Length > 0)
        {
            token = $"{request.SimpleToken}.{index}";
            Tokens?.Assigned(token, request.Name);
        }

        return EtcdError.None;
    }

    /// <returns>None, UserEmpty, UserAlreadyExists or NoPasswordUser for a hash that is not base64.</returns>
    public EtcdError Apply(AuthUserAddRequest request)
    {
        if (request.Name.Length == 0)
        {
            return EtcdError.UserEmpty;
        }

        if (_view.Users.ContainsKey(request.Name))
        {
            return EtcdError.UserAlreadyExists;
        }

        var hasNoPassword = request.Options?.NoPassword ?? false;
        if (!TryDecode(hasNoPassword ? "" : request.HashedPassword, out var hash))
        {
            return EtcdError.NoPasswordUser;
        }

        _view = _view.With(new AuthUser(request.Name) { PasswordHash = hash, HasNoPassword = hasNoPassword });
        return EtcdError.None;
    }

    /// <returns>None, InvalidAuthMgmt for root while auth is on, or UserNotFound.</returns>
    public EtcdError Apply(AuthUserDeleteRequest request)
    {
        if (_view.IsEnabled && request.Name == AuthView.RootName)
        {
            return EtcdError.InvalidAuthMgmt;
        }

        if (!_view.Users.ContainsKey(request.Name))
        {
            return EtcdError.UserNotFound;
        }

        _view = _view.WithoutUser(request.Name);
        Tokens?.Invalidate(request.Name);
        return EtcdError.None;
    }

    /// <returns>None, UserNotFound or NoPasswordUser for a hash that is not base64.</returns>
    public EtcdError Apply(AuthUserChangePasswordRequest request)
    {
        if (!_view.Users.TryGetValue(request.Name, out var user))
        {
            return EtcdError.UserNotFound;
        }

        if (!TryDecode(user.HasNoPassword ? "" : request.HashedPassword, out var hash))
        {
            return EtcdError.NoPasswordUser;
        }

        _view = _view.With(user.WithPasswordHash(hash));
        Tokens?.Invalidate(request.Name);
        return EtcdError.None;
    }

    /// <returns>None, also when the user has the role already; UserNotFound or RoleNotFound.</returns>
    public EtcdError Apply(AuthUserGrantRoleRequest request)
    {
        if (!_view.Users.TryGetValue(request.User, out var user))
        {
            return EtcdError.UserNotFound;
        }

        if (request.Role != AuthView.RootName && !_view.Roles.ContainsKey(request.Role))
        {
            return EtcdError.RoleNotFound;
        }

        if (!user.Roles.Contains(request.Role))
        {
            _view = _view.With(user.WithRoles(user.Roles.Add(request.Role).Sort(Utf8Order.Instance)));
        }

        return EtcdError.None;
    }

    /// <returns>None, InvalidAuthMgmt for root's own role while auth is on, UserNotFound or RoleNotGranted.</returns>
    public EtcdError Apply(AuthUserRevokeRoleRequest request)
    {
        if (_view.IsEnabled && request.Name == AuthView.RootName && request.Role == AuthView.RootName)
        {
            return EtcdError.InvalidAuthMgmt;
        }

        if (!_view.Users.TryGetValue(request.Name, out var user))
        {
            return EtcdError.UserNotFound;
        }

        if (!user.Roles.Contains(request.Role))
        {
            return EtcdError.RoleNotGranted;
        }

        _view = _view.With(user.WithRoles(user.Roles.Remove(request.Role)));
        return EtcdError.None;
    }

    /// <returns>None, RoleEmpty or RoleAlreadyExists.</returns>
    public EtcdError Apply(AuthRoleAddRequest request)
    {
        if (request.Name.Length == 0)
        {
            return EtcdError.RoleEmpty;
        }

        if (_view.Roles.ContainsKey(request.Name))
        {
            return EtcdError.RoleAlreadyExists;
        }

        _view = _view.With(new AuthRole(request.Name, []));
        return EtcdError.None;
    }

    /// <returns>None, InvalidAuthMgmt for root while auth is on, or RoleNotFound.</returns>
    public EtcdError Apply(AuthRoleDeleteRequest request)
    {
        if (_view.IsEnabled && request.Role == AuthView.RootName)
        {
            return EtcdError.InvalidAuthMgmt;
        }

        if (!_view.Roles.ContainsKey(request.Role))
        {
            return EtcdError.RoleNotFound;
        }

        _view = _view.WithoutRole(request.Role);
        return EtcdError.None;
    }

    /// <returns>None, PermissionNotGiven, InvalidAuthMgmt for a range without a key in it, or RoleNotFound.</returns>
    public EtcdError Apply(AuthRoleGrantPermissionRequest request)
    {
        if (request.Perm is null)
        {
            return EtcdError.PermissionNotGiven;
        }

        var range = new KeyRange(request.Perm.Key.Memory, request.Perm.RangeEnd.Memory);
        if (!IsValid(range))
        {
            return EtcdError.InvalidAuthMgmt;
        }

        if (!_view.Roles.TryGetValue(request.Name, out var role))
        {
            return EtcdError.RoleNotFound;
        }

        _view = _view.With(role with { Permissions = Granted(role.Permissions, AuthPermission.Of(request.Perm)) });
        return EtcdError.None;
    }

    /// <returns>None, RoleNotFound or PermissionNotGranted.</returns>
    public EtcdError Apply(AuthRoleRevokePermissionRequest request)
    {
        if (!_view.Roles.TryGetValue(request.Role, out var role))
        {
            return EtcdError.RoleNotFound;
        }

        var range = new KeyRange(request.Key.Memory, request.RangeEnd.Memory);
        var left = role.Permissions.RemoveAll(permission => AreEqual(permission.Range, range));
        if (left.Length == role.Permissions.Length)
        {
            return EtcdError.PermissionNotGranted;
        }

        _view = _view.With(role with { Permissions = left });
        return EtcdError.None;
    }

    /// <summary>Replaces everything by the users and roles of a checkpoint or snapshot. Tokens are none of them.</summary>
    public void Load(AuthView view)
    {
        _view = view;
        Tokens?.InvalidateAll();
    }

    // As in etcd, only the first permission of a key is replaced; a further one of the same key is added.
    private static ImmutableArray<AuthPermission> Granted(ImmutableArray<AuthPermission> permissions, AuthPermission granted)
    {
        var first = 0;
        while (first < permissions.Length && Compare(permissions[first], granted) < 0)
        {
            first++;
        }

        if (first < permissions.Length && AreEqual(permissions[first].Range, granted.Range))
        {
            return permissions.SetItem(first, granted);
        }

        var after = first;
        while (after < permissions.Length && Compare(permissions[after], granted) == 0)
        {
            after++;
        }

        return permissions.Insert(after, granted);
    }

    private static int Compare(in AuthPermission x, in AuthPermission y) => x.Range.Key.Span.SequenceCompareTo(y.Range.Key.Span);

    // etcd server/auth/range_perm_cache.go, isValidPermissionRange.
    private static bool IsValid(in KeyRange range) => !range.Key.IsEmpty
        && (range.IsSingleKey || range.IsFromKey || range.Key.Span.SequenceCompareTo(range.RangeEnd.Span) < 0);

    private static bool AreEqual(in KeyRange x, in KeyRange y) =>
        x.Key.Span.SequenceEqual(y.Key.Span) && x.RangeEnd.Span.SequenceEqual(y.RangeEnd.Span);

    private static bool TryDecode(string hashedPassword, out ReadOnlyMemory<byte> hash)
    {
        var decoded = new byte[hashedPassword.Length];
        var isBase64 = Convert.TryFromBase64String(hashedPassword, decoded, out var length);
        hash = decoded.AsMemory(0, isBase64 ? length : 0);
        return isBase64;
    }
}
