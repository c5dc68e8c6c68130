namespace EtcdEdge.Simulation;

/// <summary>A promise was broken. The message says which one, and how to see it again.</summary>
internal sealed class SimulationFailure(string message, Exception? inner = null) : Exception(message, inner);
