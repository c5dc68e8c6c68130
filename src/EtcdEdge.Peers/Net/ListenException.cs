namespace EtcdEdge.Peers.Net;

/// <summary>A listen URL could not be served. The message is one line for the operator, in the words etcd uses.</summary>
public sealed class ListenException(string message, Exception? inner = null) : Exception(message, inner);
