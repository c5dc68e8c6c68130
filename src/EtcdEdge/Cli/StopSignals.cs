using System.Runtime.InteropServices;

namespace EtcdEdge.Cli;

/// <summary>SIGTERM and SIGINT as a task and a token, from before the server starts: a stop during the start is a stop, not a stack trace.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource<string> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop), PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop)];

    /// <summary>The name of the first signal, once there is one.</summary>
    public Task<string> Received => _received.Task;

    public CancellationToken Token => _cancel.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _cancel.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _received.TrySetResult(context.Signal == PosixSignal.SIGTERM ? "terminated" : "interrupt");
        _cancel.Cancel();
    }
}
