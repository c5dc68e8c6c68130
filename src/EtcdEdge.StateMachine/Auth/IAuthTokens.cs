namespace EtcdEdge.StateMachine.Auth;

/// <summary>
/// The simple tokens of this member. They are assigned by applied entries, so that every member knows them, but they end by the clock, which
/// the state machine has not: whoever keeps them hears of it here. Called by the node loop; must not wait.
/// </summary>
public interface IAuthTokens
{
    /// <summary>A user has been authenticated: whoever shows this token is that user.</summary>
    void Assigned(string token, string username);

    /// <summary>The user is gone, or its password another.</summary>
    void Invalidate(string username);

    /// <summary>Auth was turned off.</summary>
    void InvalidateAll();
}
