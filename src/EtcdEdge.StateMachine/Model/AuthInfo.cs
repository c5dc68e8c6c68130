namespace EtcdEdge.StateMachine.Model;

/// <summary>
/// The caller of a request, and the auth revision at which it was authenticated: the username and auth_revision of a log entry's header
/// (raft_internal.proto).
/// </summary>
/// <param name="Username">The user's name; null or empty without authentication.</param>
/// <param name="Revision">The auth revision of the identity; 0 without one.</param>
public readonly record struct AuthInfo(string? Username, ulong Revision)
{
    /// <summary>No user: auth is disabled, or the client presented nothing.</summary>
    public static AuthInfo None => default;

    public bool IsNone => string.IsNullOrEmpty(Username);
}
