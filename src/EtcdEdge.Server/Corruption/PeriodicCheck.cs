using EtcdEdge.Server.Node;
using EtcdEdge.StateMachine.Model;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Corruption;

/// <summary>
/// The leader compares everything that it holds with every other member (etcd server/etcdserver/corrupt.go, PeriodicCheck; --corrupt-check-time). Its
/// log decides what should be there, so a member that differs from it is corrupt; at most one alarm is raised in a check, as in etcd.
/// </summary>
internal sealed class PeriodicCheck(IEtcdNode node, PeerHashes peers, CorruptAlarm alarm, ILogger logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        node.Root.HashKv(0, out var before);
        var answers = (await peers.AskAsync(before.Revision, TimeSpan.Zero, cancel)).Where(answer => answer.Failure is null).ToArray();
        var barrier = await node.ReadBarrierAsync(cancel).AsTask().WaitAsync(cancel);
        if (barrier != EtcdError.None)
        {
            logger.PeriodicCheckFailed(barrier.ToString());
            return;
        }
        // No member can hold more than what this member has applied by now.
        var root = node.Root;
        foreach (var answer in answers)
        {
            if (IsOdd(answer, before, root.Revision, root.CompactRevision))
            {
                await alarm.RaiseAsync(answer.MemberId, cancel);
                break;
            }
        }

        logger.PeriodicCheckDone(answers.Length);
    }

    private bool IsOdd(PeerHash answer, in StateMachine.Mvcc.KvHash before, long revision, long compactRevision)
    {
        var id = MemberText.Of(answer.MemberId);
        if (answer.Revision > revision)
        {
            logger.FollowerIsAhead(revision, answer.Revision, id);
            return true;
        }

        if (answer.CompactRevision > compactRevision)
        {
            logger.FollowerCompactedFurther(compactRevision, answer.CompactRevision, id);
            return true;
        }

        if (answer.CompactRevision == before.CompactRevision && answer.Hash != before.Hash)
        {
            logger.HashesMustMatch(before.CompactRevision, before.Hash, answer.CompactRevision, answer.Hash, id);
            return true;
        }

        return false;
    }
}
