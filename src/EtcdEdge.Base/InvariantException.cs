namespace EtcdEdge.Base;

/// <summary>An invariant does not hold. There is no recovery: the process ends and the message names the invariant.</summary>
public sealed class InvariantException : InvalidOperationException
{
    /// <summary>An exception without a reason; required by the runtime's conventions.</summary>
    public InvariantException()
    {
    }

    /// <summary>An exception that names the violated invariant.</summary>
    public InvariantException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that names the violated invariant, with its cause.</summary>
    public InvariantException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
