using System.Buffers.Binary;
using EtcdEdge.Api;
using EtcdEdge.Peers;
using EtcdEdge.Server.Forwarding;
using EtcdEdge.Server.Node;
using Grpc.Core;

namespace EtcdEdge.Server.Corruption;

/// <summary>Asks all other members for the hash of their store, at the same time. Any thread.</summary>
/// <param name="node">Knows the members.</param>
/// <param name="call">Asks one of them (<see cref="PeerTransport.CallAsync"/>).</param>
/// <param name="answerTime">How long one that is connected may hash.</param>
internal sealed class PeerHashes(
    IEtcdNode node, Func<ulong, PeerCallKind, ReadOnlyMemory<byte>, TimeSpan, CancellationToken, Task<PeerAnswer>> call, TimeSpan answerTime)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <param name="revision">Where the hash ends.</param>
    /// <param name="patience">How long a member that is not connected, or closes the connection, is asked again.</param>
    /// <param name="cancel">The server stops.</param>
    public async Task<IReadOnlyList<PeerHash>> AskAsync(long revision, TimeSpan patience, CancellationToken cancel)
    {
        var question = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(question, revision);
        var others = node.Cluster.Members.Where(member => member.Id != node.MemberId);
        return await Task.WhenAll(others.Select(member => AskOneAsync(member.Id, question, patience, cancel)));
    }

    private async Task<PeerHash> AskOneAsync(ulong id, byte[] question, TimeSpan patience, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return Read(id, PeerReply.Read(await call(id, PeerCallKind.HashKv, question, answerTime, cancel)));
            }
            catch (PeerCallException) when (patience > TimeSpan.Zero)
            {
                await Task.Delay(_pause, cancel);
                patience -= _pause;
            }
            catch (PeerCallException silent)
            {
                return new PeerHash(id, silent.Message);
            }
            catch (RpcException refusal)
            {
                return new PeerHash(id, refusal.Status.Detail);
            }
        }
    }

    private static PeerHash Read(ulong id, ReadOnlyMemory<byte>? payload)
    {
        if (payload is null)
        {
            return new PeerHash(id, "it could not answer");
        }

        var answer = HashKVResponse.Parser.ParseFrom(payload.Value.Span);
        return new PeerHash(id, null) { Hash = answer.Hash, CompactRevision = answer.CompactRevision, Revision = answer.Header.Revision };
    }
}
