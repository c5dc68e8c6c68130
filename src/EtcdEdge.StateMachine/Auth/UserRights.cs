using System.Collections.Immutable;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine.Auth;

/// <summary>What all roles of one user grant together (etcd server/auth/range_perm_cache.go). Immutable.</summary>
internal sealed record UserRights(bool IsRoot, KeySet Readable, KeySet Writable)
{
    public static UserRights Of(AuthUser user, ImmutableSortedDictionary<string, AuthRole> roles)
    {
        var (readable, writable) = (new List<KeyRange>(), new List<KeyRange>());
        foreach (var name in user.Roles)
        {
            if (roles.TryGetValue(name, out var role))
            {
                Collect(role, readable, writable);
            }
        }

        return new UserRights(user.Roles.Contains(AuthView.RootName), KeySet.Of(readable), KeySet.Of(writable));
    }

    private static void Collect(AuthRole role, List<KeyRange> readable, List<KeyRange> writable)
    {
        foreach (var permission in role.Permissions)
        {
            if (permission.MayRead)
            {
                readable.Add(permission.Range);
            }

            if (permission.MayWrite)
            {
                writable.Add(permission.Range);
            }
        }
    }
}
