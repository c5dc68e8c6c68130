namespace EtcdEdge.Snapshots.State;

/// <summary>A snapshot or another server's data cannot be used. The message is one line for the operator.</summary>
public sealed class ImportException(string line, Exception? inner = null) : Exception(line, inner);
