namespace EtcdEdge.Raft;

/// <summary>
/// The Readys that were handed out and are not yet durable, oldest first. When a newer leader replaces a suffix of the log while the old
/// suffix is still being written, <see cref="Clamp"/> makes sure that the old write's completion is not taken for the new entries'.
/// </summary>
internal sealed class FlushMarks
{
    private readonly Queue<FlushMark> _marks = new();

    /// <summary>Whether everything handed out is durable.</summary>
    public bool IsEmpty => _marks.Count == 0;

    /// <summary>Notes a Ready that needs a flush.</summary>
    public void Add(FlushMark mark) => _marks.Enqueue(mark);

    /// <summary>Entries after <paramref name="lastKept"/> were replaced: writes under way prove nothing about them.</summary>
    public void Clamp(ulong lastKept)
    {
        for (var left = _marks.Count; left > 0; left--)
        {
            var mark = _marks.Dequeue();
            _marks.Enqueue(mark with { LastIndex = Math.Min(mark.LastIndex, lastKept) });
        }
    }

    /// <summary>Takes the marks up to <paramref name="number"/>; returns the newest of them, or null when there was none.</summary>
    public FlushMark? TakeUpTo(ulong number)
    {
        FlushMark? newest = null;
        while (_marks.Count > 0 && _marks.Peek().Number <= number)
        {
            newest = _marks.Dequeue();
        }

        return newest;
    }
}
