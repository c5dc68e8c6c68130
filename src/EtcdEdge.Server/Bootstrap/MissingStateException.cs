using EtcdEdge.Server.Common;
using EtcdEdge.StateMachine.Cluster;

namespace EtcdEdge.Server.Bootstrap;

/// <summary>
/// Checkpoints and log make no state any more, but the end of the log is whole: a state from another member that reaches as far can take their place
/// (<see cref="StateRecovery"/>).
/// </summary>
/// <param name="line">The line for the operator when nobody can help.</param>
/// <param name="lastIndex">The log's last entry, which this member may have acknowledged.</param>
/// <param name="members">Who the members were, as far as the files tell, this one perhaps among them.</param>
internal sealed class MissingStateException(string line, ulong lastIndex, IReadOnlyList<Member> members) : StartException(line)
{
    public IReadOnlyList<Member> Members => members;

    public ulong LastIndex => lastIndex;
}
