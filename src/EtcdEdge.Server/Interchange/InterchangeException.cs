namespace EtcdEdge.Server.Interchange;

/// <summary>A snapshot or another server's data cannot be used. The message is one line for the operator.</summary>
internal sealed class InterchangeException(string line, Exception? inner = null) : Exception(line, inner);
