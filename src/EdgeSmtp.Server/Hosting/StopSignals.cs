using System.Runtime.InteropServices;

namespace EdgeSmtp.Server.Hosting;

/// <summary>SIGTERM and SIGINT ask to stop, a second one to stop at once; SIGHUP reloads.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Takes the signals.</summary>
    /// <param name="reload">Called at SIGHUP.</param>
    public StopSignals(Action reload)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                reload();
            }),
        ];
    }

    /// <summary>Waits for the first signal.</summary>
    /// <param name="cancellationToken">Stands for a signal.</param>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Fires at the second: nobody wants to wait.</summary>
    public CancellationToken Hurry => _hurry.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _hurry.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            _hurry.Cancel();
        }
        else
        {
            _stop.Cancel();
        }
    }
}
