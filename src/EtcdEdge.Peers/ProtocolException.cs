namespace EtcdEdge.Peers;

/// <summary>The other side sent bytes that mean nothing. The message is one line for the log; the connection is closed.</summary>
public sealed class ProtocolException(string message) : Exception(message);
