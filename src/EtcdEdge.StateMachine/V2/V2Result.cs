namespace EtcdEdge.StateMachine.V2;

/// <summary>What came of a v2 request: an event or an error; neither for the leader's time.</summary>
/// <param name="Event">What was done or read.</param>
/// <param name="Error">Why it was refused.</param>
/// <param name="Index">The store's index right after.</param>
public readonly record struct V2Result(V2Event? Event, V2Error? Error, ulong Index);
