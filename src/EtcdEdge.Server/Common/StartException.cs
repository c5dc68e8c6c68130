namespace EtcdEdge.Server.Common;

/// <summary>The server does not start. The message is one line for the operator: what is wrong, and the next step.</summary>
public class StartException(string line, Exception? inner = null) : Exception(line, inner);
