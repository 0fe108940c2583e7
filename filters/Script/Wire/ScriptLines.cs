using System.Buffers;
using System.IO.Pipelines;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>Cuts what a child says into lines. No more than one line may have, and what came with it, lies here: the rest stays in the pipe, and the child waits.</summary>
/// <param name="output">What it writes.</param>
/// <param name="bytesMax">Longest line, without its end.</param>
internal sealed class ScriptLines(Stream output, int bytesMax)
{
    private readonly PipeReader _reader = PipeReader.Create(output, new StreamPipeReaderOptions(bufferSize: 4096, leaveOpen: true));
    private SequencePosition? _taken;

    /// <summary>The next line without its end, lent until the next one is asked for; <c>null</c> when there is none any more.</summary>
    /// <exception cref="ScriptException">It is too long, or the end came in the middle of it.</exception>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_taken is { } taken)
        {
            _taken = null;
            _reader.AdvanceTo(taken);
        }

        while (true)
        {
            ReadResult read = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            SequencePosition? end = buffer.PositionOf((byte)'\n');
            if ((end is null ? buffer : buffer.Slice(0, end.Value)).Length > bytesMax)
            {
                throw new ScriptException($"a line of it is longer than {bytesMax} bytes");
            }

            if (end is not null)
            {
                _taken = buffer.GetPosition(1, end.Value);
                return buffer.Slice(0, end.Value);
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw new ScriptException("it ended in the middle of a line");
            }
        }
    }
}
