using System.Buffers;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Samples.EarlyWord;

/// <summary>Looks for a word while the content arrives. Chunks are lent and of any size, so the end of each is kept for a word that is cut in two.</summary>
internal sealed class EarlyWordSink(byte[] word) : IBodySink
{
    private readonly byte[] _seam = new byte[2 * (word.Length - 1)];
    private int _kept;
    private bool _isFound;

    /// <inheritdoc />
    public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> piece in chunk)
        {
            _isFound |= Holds(piece.Span);
        }

        return new ValueTask<SinkState>(_isFound ? SinkState.Decided : SinkState.More);
    }

    /// <inheritdoc />
    public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        if (_isFound)
        {
            verdicts.SetAll(Verdict.From(EarlyWordFilter.Found));
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;

    private bool Holds(ReadOnlySpan<byte> piece)
    {
        int overlap = word.Length - 1;
        ReadOnlySpan<byte> head = piece[..Math.Min(overlap, piece.Length)];
        head.CopyTo(_seam.AsSpan(_kept));
        bool isFound = _seam.AsSpan(0, _kept + head.Length).IndexOf(word) >= 0 || piece.IndexOf(word) >= 0;

        // What may be the beginning of a word: the last bytes of all that was seen.
        ReadOnlySpan<byte> tail = piece.Length >= overlap ? piece[^overlap..] : _seam.AsSpan(0, _kept + head.Length);
        tail = tail[^Math.Min(overlap, tail.Length)..];
        tail.CopyTo(_seam);
        _kept = tail.Length;
        return isFound;
    }
}
