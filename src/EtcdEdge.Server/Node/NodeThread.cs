namespace EtcdEdge.Server.Node;

/// <summary>
/// The thread the node loop runs on. It sleeps until something is posted or a tick is due. What escapes the loop is a broken invariant: it is
/// reported and the process ends, for a half-done step must not be continued.
/// </summary>
internal sealed class NodeThread : IDisposable
{
    private readonly NodeLoop _loop;
    private readonly Inbox _inbox;
    private readonly Ticker _ticker;
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public NodeThread(NodeLoop loop, Inbox inbox, Ticker ticker, Action<Exception> failed)
    {
        _loop = loop;
        _inbox = inbox;
        _ticker = ticker;
        _failed = failed;
        _thread = new Thread(Run) { Name = "node", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>Waits for the group that the disk has, tells everybody who still waits that the server stopped, and ends.</summary>
    public void Dispose()
    {
        _stopping = true;
        _inbox.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        var inputs = new List<NodeInput>(1024);
        try
        {
            while (!_stopping || _loop.IsDiskBusy)
            {
                inputs = _inbox.Take(inputs, _loop.MsToNextTurn(_ticker.MsToNextTick));
                _loop.Step(inputs, _ticker.TakeDue(), _ticker.NowMs);
                inputs.Clear();
            }
            _loop.RefuseAll(_inbox.Close());
        }
        catch (Exception broken)
        {
            _failed(broken);
        }
    }
}
