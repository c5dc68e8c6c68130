using EtcdEdge.Base.Threading;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Waiters that go on one after the other on one thread of the pool: a work item each would cost more than most of them do then, and their answers
/// leave together this way.
/// </summary>
internal static class ContinuationBatch
{
    /// <summary>Resumes them on the pool, a bounded number per thread, so that a crowd keeps all cores busy.</summary>
    /// <param name="waiters">Belongs to the resumption from now on.</param>
    /// <param name="resume">Lets one of them go on, on its thread.</param>
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
