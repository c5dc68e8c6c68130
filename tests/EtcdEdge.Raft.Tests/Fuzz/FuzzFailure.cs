namespace EtcdEdge.Raft.Tests.Fuzz;

/// <summary>A promise was broken; the message carries the seed that replays it.</summary>
internal sealed class FuzzFailure(string message, Exception? cause = null) : Exception(message, cause);
