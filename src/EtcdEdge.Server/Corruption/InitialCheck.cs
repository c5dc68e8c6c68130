using EtcdEdge.Server.Common;
using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Corruption;

/// <summary>
/// Before a member with data takes part again it compares what it has with what the others had at its revision (etcd server/etcdserver/corrupt.go,
/// InitialCheck; gate InitialCorruptCheck). Others that are away, behind or compacted further are no reason not to start.
/// </summary>
internal sealed class InitialCheck(IEtcdNode node, PeerHashes peers, ILogger logger)
{
    /// <exception cref="StartException">Another member holds something else at the same revision and compact revision.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var self = MemberText.Of(node.MemberId);
        logger.InitialCheckStarts(self, CorruptionLimits.InitialCheckPatience);
        node.Root.HashKv(0, out var own);
        var differs = false;
        foreach (var peer in await peers.AskAsync(own.Revision, CorruptionLimits.InitialCheckPatience, cancel))
        {
            differs |= Differs(self, own, peer);
        }

        if (differs)
        {
            throw new StartException($"{self} found data inconsistency with peers; if the others agree with each other, remove this member "
                + "(etcdctl member remove), delete its data directory and add it anew");
        }

        logger.InitialCheckPassed(self);
    }

    private bool Differs(string self, StateMachine.Mvcc.KvHash own, PeerHash peer)
    {
        var id = MemberText.Of(peer.MemberId);
        if (peer.Failure is { } failure)
        {
            Say(failure)(logger, self, own.Revision, id, failure);
            return false;
        }

        if (peer.Hash == own.Hash)
        {
            return false;
        }

        var isComparable = peer.CompactRevision == own.CompactRevision;
        if (isComparable)
        {
            logger.InitialHashDiffers(self, own.Revision, own.CompactRevision, own.Hash, id, peer.Revision, peer.CompactRevision, peer.Hash);
        }
        else
        {
            logger.InitialCompactRevisionDiffers(self, own.Revision, own.CompactRevision, id, peer.Revision, peer.CompactRevision);
        }

        return isComparable;
    }

    private static Action<ILogger, string, long, string, string> Say(string failure) =>
        failure == EtcdStatus.Of(EtcdError.FutureRevision).Detail ? CorruptionLog.PeerIsSlow
        : failure == EtcdStatus.Of(EtcdError.Compacted).Detail ? CorruptionLog.LocalIsBehind
        : CorruptionLog.HashNotFetched;
}
