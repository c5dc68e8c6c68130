namespace EtcdEdge.Storage;

/// <summary>The data directory must not be used. The message is one line for the operator.</summary>
public sealed class DataDirectoryException : IOException
{
    public DataDirectoryException(string line)
        : base(line)
    {
    }
}
