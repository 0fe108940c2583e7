using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Testing.Harness;

/// <summary>Keeps log lines in memory.</summary>
public sealed class LogRecorder : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>All lines so far: level, message, and the type of the exception if there is one.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.GetType().Name}".TrimEnd());
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
