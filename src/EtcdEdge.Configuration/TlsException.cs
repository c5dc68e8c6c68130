namespace EtcdEdge.Configuration;

/// <summary>Certificates cannot be used. The message is one line for the operator and names the flag or file.</summary>
public sealed class TlsException(string message, Exception? inner = null) : Exception(message, inner);
