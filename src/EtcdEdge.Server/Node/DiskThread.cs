using EtcdEdge.Storage;
using EtcdEdge.Storage.Wal;

namespace EtcdEdge.Server.Node;

/// <summary>
/// Waits for the disk: one thread that writes a group, flushes it, reports it to the node loop, and zero-fills the next segment while idle; for a
/// group with a single request it is the thread that brought the request. A failed write or flush is final, because the kernel may have dropped the
/// dirty pages: it is reported once and nothing is retried.
/// </summary>
internal sealed class DiskThread : IDiskQueue, IDisposable
{
    private readonly WriteAheadLog _wal;
    private readonly Action<WalGroup> _flushed;
    private readonly Action<Exception> _failed;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _card = new();
    private readonly Thread _thread;
    private WalGroup? _submitted;
    private volatile bool _stopping;
    private volatile bool _isBroken;

    /// <param name="wal">The log; <see cref="Dispose"/> closes it.</param>
    /// <param name="flushed">Called by the thread that wrote a group, once the group is durable.</param>
    /// <param name="failed">Called once, with what ends the process.</param>
    public DiskThread(WriteAheadLog wal, Action<WalGroup> flushed, Action<Exception> failed)
    {
        _wal = wal;
        _flushed = flushed;
        _failed = failed;
        _thread = new Thread(Run) { Name = "disk", IsBackground = true };
    }

    /// <summary>
    /// Set and reset by the thread that runs an iteration of the loop: groups submitted meanwhile are left to it, and it must call <see
    /// cref="WriteSubmitted"/> after the iteration.
    /// </summary>
    public bool LeavesGroups { get; set; }

    public void Start() => _thread.Start();

    public void Submit(WalGroup group)
    {
        Volatile.Write(ref _submitted, group);
        if (!LeavesGroups)
        {
            _wake.Set();
        }
    }

    /// <summary>Writes the submitted group on the caller's thread, or wakes the disk thread if that one is using the disk.</summary>
    public void WriteSubmitted()
    {
        if (Volatile.Read(ref _submitted) is null)
        {
            return;
        }

        if (!_card.TryEnter())
        {
            _wake.Set();
            return;
        }

        WalGroup? written;
        try
        {
            written = TakeAndWrite();
            if (_wal.WantsSpare)
            {
                _wake.Set();
            }
        }
        catch (DiskException exception)
        {
            Fail(exception);
            return;
        }
        finally
        {
            _card.Exit();
        }

        Tell(written);
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
            while (!_isBroken)
            {
                if (!DoOne(out var written))
                {
                    return;
                }

                Tell(written);
            }
        }
        catch (DiskException exception)
        {
            Fail(exception);
        }
    }

    /// <summary>What the thread has to do next: a group, upkeep, or waiting. False when it has closed the log.</summary>
    private bool DoOne(out WalGroup? written)
    {
        bool isIdle;
        lock (_card)
        {
            written = TakeAndWrite();
            if (written is null && _stopping)
            {
                _wal.Close();
                return false;
            }

            isIdle = written is null && !_wal.Maintain();
        }

        if (isIdle)
        {
            // A checkpoint may release segments while nothing is written.
            _wake.WaitOne(NodeLimits.DiskIdleLookMs);
        }

        return true;
    }

    private WalGroup? TakeAndWrite()
    {
        if (_isBroken || Interlocked.Exchange(ref _submitted, null) is not { } group)
        {
            return null;
        }

        _wal.Write(group);
        return group;
    }

    // Outside of the lock: the iteration that follows may submit the next group.
    private void Tell(WalGroup? written)
    {
        if (written is not null)
        {
            _flushed(written);
        }
    }

    private void Fail(DiskException exception)
    {
        _isBroken = true;
        _failed(exception);
    }
}
