using System.Buffers.Binary;
using EtcdEdge.Api;
using EtcdEdge.Peers;
using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Cluster;
using EtcdEdge.StateMachine.Model;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdEdge.Server.Forwarding;

/// <summary>Answers the calls of other members, on behalf of their clients or their own. Any thread.</summary>
/// <param name="node">This member.</param>
/// <param name="leases">Leases, if this member leads.</param>
/// <param name="members">Changes of the membership, if this member leads.</param>
/// <param name="sendState"><see cref="EtcdNode.SendStateAsync"/>.</param>
internal sealed class PeerAnswers(
    IEtcdNode node, LeaderLeases leases, LeaderMembership members, Func<ulong, ulong, CancellationToken, Task<ulong>> sendState)
{
    public async ValueTask<PeerAnswer> AnswerAsync(PeerCall call, CancellationToken cancel)
    {
        try
        {
            return call.Kind switch
            {
                PeerCallKind.LeaseRenew => PeerReply.Of(Number(await leases.RenewAsync(NumberOf(call), cancel) ?? throw NotLeader())),
                PeerCallKind.LeaseTimeToLive => PeerReply.Of((leases.TimeToLive(NumberOf(call)) ?? throw NotLeader()).ToByteArray()),
                PeerCallKind.ChangeMembers => await ChangeAsync(call, cancel),
                PeerCallKind.HashKv => PeerReply.Of(HashOf(NumberOf(call)).ToByteArray()),
                PeerCallKind.SendState => PeerReply.Of(Number((long)await sendState(call.From, (ulong)NumberOf(call), cancel))),
                _ => new PeerAnswer(PeerAnswer.UnknownKind),
            };
        }
        catch (RpcException refusal)
        {
            return PeerReply.Of(refusal);
        }
    }

    private async ValueTask<PeerAnswer> ChangeAsync(PeerCall call, CancellationToken cancel)
    {
        await members.ChangeAsync(MembershipChange.Decode(call.Payload.Span), cancel);
        return PeerReply.Of(default(ReadOnlyMemory<byte>));
    }

    private HashKVResponse HashOf(long revision)
    {
        var root = node.Root;
        EtcdStatus.ThrowIfRefused(root.HashKv(revision, out var hash));
        return new HashKVResponse
        {
            Header = new ResponseHeader { MemberId = node.MemberId, Revision = root.Revision },
            Hash = hash.Hash,
            CompactRevision = hash.CompactRevision,
            HashRevision = hash.Revision,
        };
    }

    // The asking member retries at the new leader.
    private static RpcException NotLeader() => EtcdStatus.Refuse(EtcdError.NotLeader);

    private static long NumberOf(PeerCall call) => BinaryPrimitives.ReadInt64LittleEndian(call.Payload.Span);

    private static byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
