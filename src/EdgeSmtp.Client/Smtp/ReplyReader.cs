using EdgeSmtp.Client.Net;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Client.Smtp;

/// <summary>Reads replies, each within its own time, however slowly its bytes come.</summary>
internal sealed class ReplyReader(ClientWire wire, Action<ServerReply>? heard = null)
{
    private readonly ReplyParser _parser = new();

    /// <summary>Replies read so far.</summary>
    public long Count { get; private set; }

    /// <summary>The next reply.</summary>
    /// <exception cref="WireException">The connection broke, or what came is no reply.</exception>
    public ValueTask<ServerReply> ReadAsync(TimeSpan timeout) => TryTake() is { } reply ? ValueTask.FromResult(reply) : WaitAsync(timeout);

    private async ValueTask<ServerReply> WaitAsync(TimeSpan timeout)
    {
        wire.BeginWait(timeout);
        try
        {
            while (true)
            {
                await wire.FillAsync();
                if (TryTake() is { } reply) return reply;
            }
        }
        finally
        {
            wire.EndWait();
        }
    }

    private ServerReply? TryTake()
    {
        ReadOnlySpan<byte> buffered = wire.Buffered;
        if (buffered.IsEmpty) return null;
        ReplyParseStatus status = _parser.Parse(buffered, out int consumed);
        wire.Consume(consumed);
        if (status == ReplyParseStatus.Bad) throw new WireException(WireFailure.OutOfStep, "the server sent something that is not a reply");
        if (status != ReplyParseStatus.Complete) return null;
        Count++;
        heard?.Invoke(_parser.Reply!);
        return _parser.Reply;
    }
}
