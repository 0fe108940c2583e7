using System.Text;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Tests.Unit.Server.Events;

internal sealed class RecordingOutput : IEventOutput
{
    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();

    public ManualResetEventSlim? Gate { get; init; }

    public ManualResetEventSlim Reached { get; } = new();

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
        }
    }

    public void Write(ReadOnlySpan<byte> lines)
    {
        Reached.Set();
        Gate?.Wait();
        lock (_lock)
        {
            _text.Append(Encoding.UTF8.GetString(lines));
        }
    }

    public void WaitFor(int lines) => SpinWait.SpinUntil(() => Lines.Count >= lines, TimeSpan.FromSeconds(30));

    public void Reopen()
    {
    }

    public void Dispose() => IsDisposed = true;
}
