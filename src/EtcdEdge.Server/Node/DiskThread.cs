using EtcdEdge.Storage;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>
/// The one thread that waits for the card. It writes a group, makes it durable, tells the loop, and uses its idle time to zero-fill the next
/// segment. A failed write or flush is final (the kernel may have dropped the dirty pages): it is reported once and nothing is tried again.
/// </summary>
internal sealed class DiskThread : IDiskQueue, IDisposable
{
    private readonly WriteAheadLog _wal;
    private readonly NodeDriver _driver;
    private readonly Action<Exception> _failed;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile WalGroup? _submitted;
    private volatile bool _stopping;

    public DiskThread(WriteAheadLog wal, NodeDriver driver, Action<Exception> failed)
    {
        _wal = wal;
        _driver = driver;
        _failed = failed;
        _thread = new Thread(Run) { Name = "disk", IsBackground = true };
    }

    public void Start() => _thread.Start();

    public void Submit(WalGroup group)
    {
        _submitted = group;
        _wake.Set();
    }

    /// <summary>Any thread: there may be segments to free.</summary>
    public void Look() => _wake.Set();

    /// <summary>Finishes the group in hand, closes the log, and ends. The loop has stopped before.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        _wake.Dispose();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                if (_submitted is { } group)
                {
                    _submitted = null;
                    _wal.Write(group);
                    _driver.Post(NodeInputKind.Flushed, group);
                }
                else if (_stopping)
                {
                    _wal.Close();
                    return;
                }
                else if (!_wal.Maintain())
                {
                    // A checkpoint may let segments go while nobody writes.
                    _wake.WaitOne(Limits.DiskIdleLookMs);
                }
            }
        }
        catch (DiskException exception)
        {
            _failed(exception);
        }
    }
}
