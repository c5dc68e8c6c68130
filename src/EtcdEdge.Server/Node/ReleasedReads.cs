namespace EtcdEdge.Server.Node;

/// <summary>
/// Readers whose barrier was let go, resumed one after the other by one thread of the pool: a work item each would cost more than most reads do, and their
/// answers leave together this way.
/// </summary>
internal sealed class ReleasedReads(List<PendingRead> reads) : IThreadPoolWorkItem
{
    /// <summary>Resumes them on the pool, a bounded number per thread, so that a large batch keeps all cores busy.</summary>
    public static void Resume(List<PendingRead> reads)
    {
        for (int first = 0; first < reads.Count; first += Limits.ReadsResumedTogether)
        {
            var part = reads.GetRange(first, Math.Min(Limits.ReadsResumedTogether, reads.Count - first));
            ThreadPool.UnsafeQueueUserWorkItem(new ReleasedReads(part), preferLocal: false);
        }
    }

    public void Execute()
    {
        foreach (var read in reads)
        {
            read.Resume();
        }
    }
}
