using EtcdEdge.Simulation.Members;
using EtcdEdge.StateMachine.Model;

namespace EtcdEdge.Simulation.Workload;

/// <summary>Something that is done at a process as soon as its read barrier lets it.</summary>
internal sealed class BarrierCall : IPendingCall
{
    private readonly Action<EtcdError> _passed;
    private readonly Action _lost;
    private readonly ValueTask<EtcdError> _barrier;

    /// <param name="life">Where it is made.</param>
    /// <param name="isSkipped">A deliberate bug: nobody is asked.</param>
    /// <param name="passed">Called once, within the step that let the barrier go.</param>
    /// <param name="lost">Called instead when the connection is lost.</param>
    public BarrierCall(Life life, bool isSkipped, Action<EtcdError> passed, Action lost)
    {
        (_passed, _lost) = (passed, lost);
        _barrier = isSkipped ? ValueTask.FromResult(EtcdError.None) : life.Node.ReadBarrierAsync(CancellationToken.None);
    }

    public bool TryFinish()
    {
        if (!_barrier.IsCompleted)
        {
            return false;
        }

        _passed(_barrier.GetAwaiter().GetResult());
        return true;
    }

    public void Lose() => _lost();
}
