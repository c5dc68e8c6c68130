namespace EtcdEdge.Server.Peers;

/// <summary>The other side sent bytes that mean nothing. The message is one line for the log; the connection is closed.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
