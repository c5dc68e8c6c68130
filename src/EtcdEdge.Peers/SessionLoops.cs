using System.Net.Sockets;

namespace EtcdEdge.Peers;

/// <summary>Runs the loops of one connection together: the first that ends breaks the link and with it ends all others.</summary>
public static class SessionLoops
{
    /// <summary>Returns why the session ended, null when it was closed in order. Never throws for what the network can do.</summary>
    public static async Task<Exception?> RunAsync(PeerLink link, CancellationToken cancel, params Func<CancellationToken, Task>[] loops)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] running = [.. loops.Select(loop => loop(stop.Token)), link.Ended];
        await ((Task)Task.WhenAny(running).WaitAsync(cancel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var ended = Array.FindAll(running, task => task.IsCompleted);
        await stop.CancelAsync();
        await link.DisposeAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Cause(ended);
    }

    /// <summary>Whether <paramref name="error"/> is what a network, another machine or a stop does, and not a bug of ours.</summary>
    public static bool IsExpected(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or ProtocolException
            or System.Security.Authentication.AuthenticationException or PeerRefusedException or TimeoutException
            or Nerdbank.Streams.MultiplexingProtocolException;

    /// <summary>
    /// Fails when no bytes arrived for <see cref="PeerLimits.SilenceTimeout"/>. <paramref name="heard"/> returns the timestamp of the last bytes.
    /// </summary>
    public static async Task WatchSilenceAsync(Func<long> heard, TimeProvider time, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(PeerLimits.PingInterval, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            if (time.GetElapsedTime(heard()) > PeerLimits.SilenceTimeout)
            {
                throw new TimeoutException($"nothing was heard for {PeerLimits.SilenceTimeout.TotalSeconds} s");
            }
        }
    }

    // Malformed bytes are the cause even if the broken link was noticed elsewhere first.
    private static Exception? Cause(Task[] ended)
    {
        var errors = ended.Select(task => task.Exception?.InnerException).OfType<Exception>().ToList();
        return errors.Find(error => error is ProtocolException) ?? errors.Find(error => !IsExpected(error)) ?? errors.FirstOrDefault();
    }
}
