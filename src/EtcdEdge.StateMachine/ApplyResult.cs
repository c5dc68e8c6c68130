using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.StateMachine;

/// <summary>What came of one request that went through the log.</summary>
/// <param name="Error">Why it was refused, or None.</param>
/// <param name="Response">The operation's result: one of the <c>Wire</c> results for the KV service, else a generated message without its
/// header.</param>
/// <param name="Revision">The store's revision right after the request was applied, for the response header.</param>
public readonly record struct ApplyResult(EtcdError Error, object? Response, long Revision)
{
    public static ApplyResult Refused(EtcdError error, long revision) => new(error, null, revision);
}
