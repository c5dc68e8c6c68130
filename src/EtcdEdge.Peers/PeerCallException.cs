namespace EtcdEdge.Peers;

/// <summary>
/// A call got no answer: the peer is not connected, the connection broke, the queue is full, or time ran out. It may have been carried out.
/// </summary>
public sealed class PeerCallException(string message) : Exception(message);
