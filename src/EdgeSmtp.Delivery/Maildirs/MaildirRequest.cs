using System.Buffers;
using System.Threading.Tasks.Sources;

namespace EdgeSmtp.Delivery.Maildirs;

/// <summary>One message for one Maildir, waiting for a thread.</summary>
internal sealed class MaildirRequest : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };

    public required string Directory { get; init; }

    /// <summary>Reverse-path without angle brackets.</summary>
    public required byte[] ReversePath { get; init; }

    /// <summary>What Delivered-To says.</summary>
    public required byte[] DeliveredTo { get; init; }

    public required ReadOnlySequence<byte> Content { get; init; }

    /// <summary>Whether the body must stay as it is.</summary>
    public required bool IsBinary { get; init; }

    /// <summary>Whether it was delivered; <c>false</c> for a loop. Throws what the disk threw.</summary>
    public ValueTask<bool> Completion => new(this, _completion.Version);

    public void SetResult(bool delivered) => _completion.SetResult(delivered);

    public void SetException(Exception error) => _completion.SetException(error);

    bool IValueTaskSource<bool>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
