using System.Buffers;
using EtcdEdge.Simulation.Members;
using EtcdEdge.StateMachine;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Workload;

/// <summary>A request that goes through the log, made at one process.</summary>
internal sealed class WriteCall : IPendingCall
{
    private readonly Action<ApplyResult?> _done;
    private readonly ValueTask<ApplyResult> _completion;

    /// <param name="life">Where it is made.</param>
    /// <param name="kind">Which request.</param>
    /// <param name="bytes">The client's message.</param>
    /// <param name="done">Called once, with null when the connection is lost.</param>
    public WriteCall(Life life, RequestKind kind, ReadOnlySequence<byte> bytes, Action<ApplyResult?> done)
        : this(life.Node.ProposeAsync(kind, bytes, AuthInfo.None, CancellationToken.None), done)
    {
    }

    /// <param name="completion">A request that was made.</param>
    /// <param name="done">As above.</param>
    public WriteCall(ValueTask<ApplyResult> completion, Action<ApplyResult?> done) => (_completion, _done) = (completion, done);

    public bool TryFinish()
    {
        if (!_completion.IsCompleted)
        {
            return false;
        }

        _done(_completion.GetAwaiter().GetResult());
        return true;
    }

    public void Lose() => _done(null);
}
