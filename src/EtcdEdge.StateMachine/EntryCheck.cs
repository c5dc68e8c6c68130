using EtcdEdge.Api;
using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Proto;
using EtcdEdge.StateMachine.Requests;
using Google.Protobuf;

namespace EtcdEdge.StateMachine;

/// <summary>
/// Whether an entry that was made elsewhere can be applied: one that cannot would end every member that applies it, again after each start, for it
/// would be in the log of all.
/// </summary>
public static class EntryCheck
{
    /// <summary>True when the request in the entry's data decodes whole and is one that a member lets its clients propose.</summary>
    public static bool IsApplicable(ReadOnlyMemory<byte> entry)
    {
        try
        {
            var request = EntryCodec.Parse(entry);
            return request.Kind switch
            {
                RequestKind.Put => KvChecks.Check(PutOp.Parse(request.Payload)) == EtcdError.None,
                RequestKind.DeleteRange => KvChecks.Check(DeleteRangeOp.Parse(request.Payload)) == EtcdError.None,
                RequestKind.Txn => KvChecks.Check(TxnOp.Parse(request.Payload), int.MaxValue) == EtcdError.None,
                _ => InternalRaftRequest.Parser.ParseFrom(entry.Span) is not null,
            };
        }
        catch (Exception unreadable) when (unreadable is MalformedMessageException or InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
