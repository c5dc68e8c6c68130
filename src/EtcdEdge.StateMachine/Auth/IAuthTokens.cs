namespace EtcdEdge.StateMachine.Auth;

/// <summary>
/// The simple tokens of this member. They are assigned by applied entries, so that every member has them, but they expire by the clock, which the
/// state machine does not have: their owner is notified here. Called by the node loop; must not block.
/// </summary>
public interface IAuthTokens
{
    /// <summary>A user has been authenticated: this token identifies it.</summary>
    void Assigned(string token, string username);

    /// <summary>The user was deleted, or its password changed.</summary>
    void Invalidate(string username);

    /// <summary>Auth was turned off.</summary>
    void InvalidateAll();
}
