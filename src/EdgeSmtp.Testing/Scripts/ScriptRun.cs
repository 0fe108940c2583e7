using System.Text;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>One run of a script.</summary>
internal sealed class ScriptRun(ScriptPeer peer, SmtpScript script)
{
    private readonly StringBuilder _transcript = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public string Transcript => _transcript.ToString();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ScriptStep> steps = script.Steps;
        for (int i = 0; i < steps.Count;)
        {
            ScriptStep step = steps[i];
            using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(script.StepTimeout);
            try
            {
                if (step.Kind is ScriptStepKind.Send or ScriptStepKind.SendRaw)
                {
                    i = await SendAsync(steps, i, timeout.Token);
                }
                else
                {
                    await StepAsync(step, timeout.Token);
                    i++;
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
            {
                throw Mismatch(step, error is OperationCanceledException ? "nothing in time" : error.Message, error);
            }
        }
    }

    private async Task<int> SendAsync(IReadOnlyList<ScriptStep> steps, int first, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        int i = first;
        for (; i < steps.Count && steps[i].Kind is ScriptStepKind.Send or ScriptStepKind.SendRaw; i++)
        {
            ScriptStep step = steps[i];
            // A raw step names bytes, each by one character; a line is text.
            bytes.Write(step.Kind == ScriptStepKind.Send ? Encoding.UTF8.GetBytes(step.Text + "\r\n") : Encoding.Latin1.GetBytes(step.Text));
            _transcript.Append("C: ").AppendLine(step.Text);
        }

        await peer.Stream.WriteAsync(bytes.ToArray(), cancellationToken);
        await peer.Stream.FlushAsync(cancellationToken);
        return i;
    }

    private async Task StepAsync(ScriptStep step, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case ScriptStepKind.Expect:
                Check(step, await ReadLineAsync(cancellationToken));
                break;
            case ScriptStepKind.ExpectReply:
                string? line = await ReadLineAsync(cancellationToken);
                while (line is { Length: > 3 } && line[3] == '-')
                {
                    line = await ReadLineAsync(cancellationToken);
                }

                Check(step, line);
                break;
            case ScriptStepKind.ExpectClosed:
                if (await ReadLineAsync(cancellationToken) is { } more)
                {
                    throw Mismatch(step, $"'{more}'", null);
                }

                break;
            case ScriptStepKind.HalfClose:
                _transcript.AppendLine("X: half-close");
                await peer.HalfCloseAsync();
                break;
            default:
                _transcript.AppendLine("X: reset");
                peer.Reset();
                break;
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (length >= 0)
            {
                string line = Encoding.UTF8.GetString(_buffer, _start, length);
                _start += length + 2;
                _transcript.Append("S: ").AppendLine(line);
                return line;
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            int read = await peer.Stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                _transcript.AppendLine("S: <closed>");
                return null;
            }

            _end += read;
        }
    }

    private void Check(ScriptStep step, string? line)
    {
        if (line is null || !Wildcard.Matches(step.Text.TrimEnd(), line))
        {
            throw Mismatch(step, line is null ? "the end of the connection" : $"'{line}'", null);
        }
    }

    private ScriptException Mismatch(ScriptStep step, string found, Exception? inner)
    {
        string message = $"Line {step.Line} of the script expects {step.Kind} '{step.Text}', found {found}.{Environment.NewLine}{_transcript}";
        return inner is null ? new ScriptException(message) : new ScriptException(message, inner);
    }
}
