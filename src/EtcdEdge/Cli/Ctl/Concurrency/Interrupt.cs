using System.Runtime.InteropServices;

namespace EtcdEdge.Cli.Ctl.Concurrency;

/// <summary>SIGINT and SIGTERM as a cancellation: the command gives back what it holds.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel)];

    public CancellationToken Token => _cancel.Token;

    /// <summary>Completes at the first signal.</summary>
    public Task Received => Task.Delay(Timeout.Infinite, _cancel.Token).ContinueWith(_ => { }, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _cancel.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _cancel.Cancel();
    }
}
