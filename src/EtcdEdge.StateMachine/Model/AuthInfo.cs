namespace EtcdEdge.StateMachine.Model;

/// <summary>
/// Who asks, and at which auth revision that was established: the username and auth_revision of a log entry's header (raft_internal.proto).
/// </summary>
/// <param name="Username">The user's name; null or empty when nobody has identified themselves.</param>
/// <param name="Revision">The auth revision the identity speaks of; 0 without one.</param>
public readonly record struct AuthInfo(string? Username, ulong Revision)
{
    /// <summary>Nobody: auth is off, or the client has shown nothing.</summary>
    public static AuthInfo None => default;

    public bool IsNone => string.IsNullOrEmpty(Username);
}
