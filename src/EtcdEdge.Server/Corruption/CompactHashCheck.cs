using EtcdEdge.Server.Node;
using Microsoft.Extensions.Logging;

namespace EtcdEdge.Server.Corruption;

/// <summary>
/// The leader compares the result of the newest compaction with that of the other members (etcd server/etcdserver/corrupt.go, CompactHashCheck; gate
/// CompactHashCheck). The majority decides which member differs, the leader included. A compaction that some members could not be asked about is
/// compared again.
/// </summary>
/// <remarks>
/// etcd keeps the hashes of its last compactions, because its compaction reads everything anyway. Here a compaction reads nothing: the hash of a
/// published root at its compact revision is equivalent and is only computed on request.
/// </remarks>
internal sealed class CompactHashCheck(IEtcdNode node, PeerHashes peers, CorruptAlarm alarm, ILogger logger)
{
    private long _checked;

    public async Task RunAsync(CancellationToken cancel)
    {
        var root = node.Root;
        var revision = root.CompactRevision;
        if (revision <= _checked)
        {
            return;
        }

        root.HashKv(revision, out var own);
        var answers = await peers.AskAsync(revision, TimeSpan.Zero, cancel);
        var hashes = new Dictionary<ulong, uint> { [node.MemberId] = own.Hash };
        foreach (var answer in answers)
        {
            if (Compare(answer, revision) is { } skipped)
            {
                logger.PeerHashSkipped(MemberText.Of(answer.MemberId), revision, skipped);
            }
            else
            {
                hashes.Add(answer.MemberId, answer.Hash);
            }
        }

        await JudgeAsync(revision, hashes, answers.Count + 1, cancel);
    }

    private static string? Compare(PeerHash answer, long revision) =>
        answer.Failure ?? (answer.CompactRevision == revision ? null : "the peer's CompactRevision doesn't match leader's");

    private async Task JudgeAsync(long revision, Dictionary<ulong, uint> hashes, int members, CancellationToken cancel)
    {
        var odd = HashVote.Odd(hashes, members);
        foreach (var id in odd)
        {
            logger.CompactHashDiffers(MemberText.Of(id), revision, string.Join(' ', hashes.Select(one => $"{MemberText.Of(one.Key)}={one.Value}")));
            await alarm.RaiseAsync(id, cancel);
        }

        if (odd.Count > 0 || hashes.Count == members)
        {
            _checked = revision;
            logger.CompactHashCheckDone(revision, hashes.Count);
        }
    }
}
