using EtcdEdge.Api;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Proto;

namespace EtcdEdge.Server.Api.Rpc;

/// <summary>The header of every response: the member, the revision and the term.</summary>
internal sealed class ResponseHeaders(IEtcdNode node)
{
    /// <summary>A header for the hand-written codecs.</summary>
    public WireHeader At(long revision) => new(node.ClusterId, node.MemberId, revision, node.Status.Term);

    /// <summary>A header as a message. Revision 0 leaves the field out, as etcd's member calls do.</summary>
    public ResponseHeader MessageAt(long revision) =>
        new() { ClusterId = node.ClusterId, MemberId = node.MemberId, Revision = revision, RaftTerm = node.Status.Term };

    /// <summary>A header at the newest revision.</summary>
    public ResponseHeader MessageNow() => MessageAt(node.Root.Revision);
}
