namespace EtcdEdge.Base;

/// <summary>A rule of Raft or of its contract was broken. Nobody recovers from it: the process ends and the message says what was found.</summary>
public sealed class InvariantException : InvalidOperationException
{
    /// <summary>An exception without a reason; the runtime's conventions ask for it.</summary>
    public InvariantException()
    {
    }

    /// <summary>An exception that says which rule was broken.</summary>
    public InvariantException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that says which rule was broken, with what led to it.</summary>
    public InvariantException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
