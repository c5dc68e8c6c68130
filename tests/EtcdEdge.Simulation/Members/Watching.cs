using EtcdEdge.Server.Common;
using EtcdEdge.Simulation.World;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.Simulation.Members;

/// <summary>
/// The watch thread as a schedule: the passes of Server/Watch/WatchDispatcher over the real hub, each some time after it was asked for. Commands
/// are taken before the root is read, as there.
/// </summary>
internal sealed class Watching(Life life, Cluster cluster)
{
    private const long ProgressIntervalMs = 700;
    private readonly WatchHub _hub = new(life.Node.Root);
    private readonly List<Action<WatchHub>> _commands = [];
    private readonly List<Action> _lost = [];
    private bool _isScheduled;

    public bool IsOver { get; private set; }

    public void Published()
    {
        if (_hub.StreamCount > 0)
        {
            Schedule(cluster.Random.NextInt64(10, 3000));
        }
    }

    /// <summary>Runs a command of a stream on the watch thread.</summary>
    public void Do(Action<WatchHub> command)
    {
        _commands.Add(command);
        Schedule(cluster.Random.NextInt64(10, 500));
    }

    /// <summary>Opens a stream; <paramref name="lost"/> is called when the process ends before <see cref="Close"/>.</summary>
    public WatchSink Open(Action<WatchDelivery> receive, Action lost)
    {
        var sink = new WatchSink(this, cluster, receive);
        _lost.Add(lost);
        Do(hub => sink.Stream = hub.Open(sink, ProgressIntervalMs, life.Member.Clock.MonotonicMs()));
        return sink;
    }

    public void Close(WatchSink sink, Action lost)
    {
        _lost.Remove(lost);
        Do(hub => hub.Close(sink.Stream!));
    }

    public void End()
    {
        IsOver = true;
        foreach (var lost in _lost)
        {
            lost();
        }

        _lost.Clear();
    }

    private void Schedule(long us)
    {
        if (!_isScheduled)
        {
            _isScheduled = true;
            cluster.Time.After(us, Pass);
        }
    }

    private void Pass()
    {
        _isScheduled = false;
        if (IsOver)
        {
            return;
        }

        Action<WatchHub>[] commands = [.. _commands];
        _commands.Clear();
        _hub.Advance(life.Node.Root);
        foreach (var command in commands)
        {
            command(_hub);
        }

        _hub.Tick(life.Member.Clock.MonotonicMs());
        var isBehind = _hub.CatchUp();
        _hub.AnswerProgress();
        _hub.Wake();
        if (isBehind || _hub.StreamCount > 0)
        {
            Schedule(isBehind ? 10 : 100 * VirtualTime.Ms);
        }
    }
}
