using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Checkpoints and log make no state any more, but the end of the log is whole: a state from another member that reaches as far can take their place
/// (<see cref="StateRecovery"/>).
/// </summary>
/// <param name="line">The line for the operator when no other member can help.</param>
/// <param name="lastIndex">The log's last entry, which this member may have acknowledged.</param>
/// <param name="members">The membership as far as the files show it, this member perhaps included.</param>
internal sealed class MissingStateException(string line, ulong lastIndex, IReadOnlyList<Member> members) : StartException(line)
{
    public IReadOnlyList<Member> Members => members;

    public ulong LastIndex => lastIndex;
}
