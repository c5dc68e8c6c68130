using System.Collections.Immutable;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>
/// Users, roles and their rights, at one auth revision. Immutable: any thread uses the view that was published last. The results are those of etcd's
/// server/auth/store.go, isOpPermitted and IsAdminPermitted.
/// </summary>
public sealed class AuthView
{
    /// <summary>The name of the user that must exist, and of the role it must have, before auth is turned on.</summary>
    public const string RootName = "root";

    private AuthView(
        bool isEnabled, ulong revision, ImmutableSortedDictionary<string, AuthUser> users, ImmutableSortedDictionary<string, AuthRole> roles,
        ImmutableDictionary<string, UserRights> rights)
    {
        IsEnabled = isEnabled;
        Revision = revision;
        Users = users;
        Roles = roles;
        Rights = rights;
    }

    /// <summary>A store that was never changed: etcd counts its creation as revision 1.</summary>
    public static AuthView Initial { get; } = Of(false, 1, [], []);

    public bool IsEnabled { get; }

    /// <summary>Grows with every change of users, roles and permissions, and when auth is turned off.</summary>
    public ulong Revision { get; }

    /// <summary>By name, in order of its bytes.</summary>
    public ImmutableSortedDictionary<string, AuthUser> Users { get; }

    /// <summary>By name, in order of its bytes.</summary>
    public ImmutableSortedDictionary<string, AuthRole> Roles { get; }

    /// <summary>The server itself: its own proposals, such as the end of a lease, need no rights.</summary>
    public AuthInfo Root => IsEnabled ? new AuthInfo(RootName, Revision) : AuthInfo.None;

    internal ImmutableDictionary<string, UserRights> Rights { get; }

    /// <summary>The view of a checkpoint, a snapshot or an import.</summary>
    public static AuthView Of(bool isEnabled, ulong revision, IEnumerable<AuthUser> users, IEnumerable<AuthRole> roles)
    {
        var rolesByName = ImmutableSortedDictionary.Create<string, AuthRole>(Utf8Order.Instance).AddRange(roles.Select(NamedRole));
        var usersByName = ImmutableSortedDictionary.Create<string, AuthUser>(Utf8Order.Instance).AddRange(users.Select(NamedUser));
        var rights = ImmutableDictionary.Create<string, UserRights>(StringComparer.Ordinal)
            .AddRange(usersByName.Values.Select(user => KeyValuePair.Create(user.Name, UserRights.Of(user, rolesByName))));
        return new AuthView(isEnabled, revision, usersByName, rolesByName, rights);
    }

    /// <summary>May this user read the whole range?</summary>
    /// <returns>None, UserEmpty, AuthOldRevision or PermissionDenied.</returns>
    public EtcdError CheckRead(in AuthInfo who, in KeyRange range)
    {
        if (!IsEnabled)
        {
            return EtcdError.None;
        }

        var error = Identify(who, out var rights);
        return error == EtcdError.None && !rights!.IsRoot && !rights.Readable.Contains(range) ? EtcdError.PermissionDenied : error;
    }

    /// <summary>May this user write the whole range?</summary>
    /// <returns>None, UserEmpty, AuthOldRevision or PermissionDenied.</returns>
    public EtcdError CheckWrite(in AuthInfo who, in KeyRange range)
    {
        if (!IsEnabled)
        {
            return EtcdError.None;
        }

        var error = Identify(who, out var rights);
        return error == EtcdError.None && !rights!.IsRoot && !rights.Writable.Contains(range) ? EtcdError.PermissionDenied : error;
    }

    /// <summary>Has this user the root role? The revision does not matter here, as in etcd.</summary>
    /// <returns>None, UserEmpty, UserNotFound or PermissionDenied.</returns>
    public EtcdError CheckAdmin(in AuthInfo who)
    {
        if (!IsEnabled)
        {
            return EtcdError.None;
        }

        if (who.IsNone)
        {
            return EtcdError.UserEmpty;
        }

        if (!Rights.TryGetValue(who.Username!, out var rights))
        {
            return EtcdError.UserNotFound;
        }

        return rights.IsRoot ? EtcdError.None : EtcdError.PermissionDenied;
    }

    /// <summary>True when the user exists and has the role.</summary>
    public bool HasRole(string? username, string role) =>
        username is not null && Users.TryGetValue(username, out var user) && user.Roles.Contains(role);

    internal AuthView With(bool isEnabled, ulong revision) => new(isEnabled, revision, Users, Roles, Rights);

    /// <summary>The next revision, with a user changed or added.</summary>
    internal AuthView With(AuthUser user) =>
        new(IsEnabled, Revision + 1, Users.SetItem(user.Name, user), Roles, Rights.SetItem(user.Name, UserRights.Of(user, Roles)));

    internal AuthView WithoutUser(string name) => new(IsEnabled, Revision + 1, Users.Remove(name), Roles, Rights.Remove(name));

    /// <summary>The next revision, with a role changed or added.</summary>
    internal AuthView With(AuthRole role)
    {
        var roles = Roles.SetItem(role.Name, role);
        return new AuthView(IsEnabled, Revision + 1, Users, roles, RightsAfter(role.Name, Users, roles));
    }

    /// <summary>The next revision, without the role, which is removed from its users too.</summary>
    internal AuthView WithoutRole(string name)
    {
        var roles = Roles.Remove(name);
        var users = Users.ToBuilder();
        var rights = Rights.ToBuilder();
        foreach (var (_, user) in Users)
        {
            if (user.Roles.Contains(name))
            {
                users[user.Name] = user.WithRoles(user.Roles.Remove(name));
                rights[user.Name] = UserRights.Of(users[user.Name], roles);
            }
        }

        return new AuthView(IsEnabled, Revision + 1, users.ToImmutable(), roles, rights.ToImmutable());
    }

    private ImmutableDictionary<string, UserRights> RightsAfter(
        string changedRole, ImmutableSortedDictionary<string, AuthUser> users, ImmutableSortedDictionary<string, AuthRole> roles)
    {
        var rights = Rights.ToBuilder();
        foreach (var (_, user) in users)
        {
            if (user.Roles.Contains(changedRole))
            {
                rights[user.Name] = UserRights.Of(user, roles);
            }
        }

        return rights.ToImmutable();
    }

    private EtcdError Identify(in AuthInfo who, out UserRights? rights)
    {
        rights = null;
        if (who.Revision == 0)
        {
            return EtcdError.UserEmpty;
        }

        if (who.Revision < Revision)
        {
            return EtcdError.AuthOldRevision;
        }

        return Rights.TryGetValue(who.Username ?? "", out rights) ? EtcdError.None : EtcdError.PermissionDenied;
    }

    private static KeyValuePair<string, AuthUser> NamedUser(AuthUser user) => KeyValuePair.Create(user.Name, user);

    private static KeyValuePair<string, AuthRole> NamedRole(AuthRole role) => KeyValuePair.Create(role.Name, role);
}
