namespace EtcdEdge.Simulation.Members;

/// <summary>
/// What was done to a member's disk that no sound disk does, and so what its starts may answer. A damaged log may be refused; of the two
/// checkpoints one at a time may be damaged, and then the member must start as if nothing had happened.
/// </summary>
internal sealed class Damage
{
    /// <summary>A flush that lied is told from a write that never was by the second group behind it.</summary>
    private const int GroupsThatTell = 2;
    private readonly HashSet<string> _checkpoints = [];
    private readonly HashSet<string> _lying = [];
    private int _groupsToTell;

    /// <summary>The log was damaged: the member may refuse to start, for good.</summary>
    public bool IsInLog { get; private set; }

    /// <summary>
    /// The last groups exist in the kernel's memory only, and nothing on the medium says so: power must not go now, or nobody could tell.
    /// </summary>
    public bool IsUntold => _groupsToTell > 0;

    /// <summary>
    /// A state was installed, and the older file does not join the log any more: until the next checkpoint everything hangs on one file.
    /// </summary>
    public bool HasOneCheckpoint { get; set; }

    public void OfLog() => IsInLog = true;

    /// <summary>The next flush of the log reports success and loses or misplaces what it should have kept.</summary>
    public void OfNextFlush()
    {
        IsInLog = true;
        _groupsToTell = GroupsThatTell;
    }

    /// <summary>False when the other checkpoint is damaged already.</summary>
    public bool TryCheckpoint(string path, bool byNextFlush)
    {
        if (HasOneCheckpoint || (_checkpoints.Count > 0 && !_checkpoints.Contains(path)))
        {
            return false;
        }

        _checkpoints.Add(path);
        if (byNextFlush)
        {
            _lying.Add(path);
        }

        return true;
    }

    public void GroupFlushed() => _groupsToTell = Math.Max(0, _groupsToTell - 1);

    /// <summary>A checkpoint was written. A changed file keeps what was damaged in the pages that the change did not touch.</summary>
    public void CheckpointWritten(string path, bool isWhole)
    {
        HasOneCheckpoint = false;
        if (!_lying.Remove(path) && isWhole)
        {
            _checkpoints.Remove(path);
        }
    }

    /// <summary>At a start: what was set aside is no checkpoint any more.</summary>
    public void Forget(Func<string, bool> exists) => _checkpoints.RemoveWhere(path => !exists(path));
}
