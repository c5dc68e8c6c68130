namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Checkpoints and log make no state any more, but the end of the log is whole: a state from another member that reaches as far can take their place
/// (<see cref="Rebuild"/>).
/// </summary>
/// <param name="line">The line for the operator when nobody can help.</param>
/// <param name="lastIndex">The log's last entry, which this member may have acknowledged.</param>
internal sealed class LostStateException(string line, ulong lastIndex) : StartException(line)
{
    public ulong LastIndex => lastIndex;
}
