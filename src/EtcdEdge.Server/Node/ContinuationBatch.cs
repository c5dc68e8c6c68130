using EtcdEdge.Base.Threading;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Continuations that run one after the other on one pool thread: a work item for each would cost more than most of them take, and their responses
/// leave together.
/// </summary>
internal static class ContinuationBatch
{
    /// <summary>Runs them on the pool, a bounded number on each thread, so that many of them use all cores.</summary>
    /// <param name="waiters">Owned by the batch from now on.</param>
    /// <param name="resume">Runs the continuation of one of them on the current thread.</param>
    public static void Start<T>(List<T> waiters, Action<T> resume)
    {
        for (var first = 0; first < waiters.Count; first += NodeLimits.ResumedTogether)
        {
            var part = new Part<T>(waiters, first, Math.Min(first + NodeLimits.ResumedTogether, waiters.Count), resume);
            ThreadPool.UnsafeQueueUserWorkItem(part, preferLocal: false);
        }
    }

    private sealed class Part<T>(List<T> waiters, int first, int end, Action<T> resume) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            var batch = DeferredWork.Open(hasSeveral: true);
            try
            {
                for (var i = first; i < end; i++)
                {
                    resume(waiters[i]);
                }
            }
            finally
            {
                batch.Close();
            }
        }
    }
}
