using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Tests.Filters;

/// <summary>A log that tells when a watched file has been read again.</summary>
internal sealed class ReloadSignal : ILogger
{
    private readonly TaskCompletionSource _reloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the first line that says so; fails when a file is refused. Only a hang makes it wait long.</summary>
    public Task Reloaded => _reloaded.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error)
        {
            _reloaded.TrySetException(new InvalidDataException(formatter(state, exception)));
        }
        else
        {
            _reloaded.TrySetResult();
        }
    }
}
