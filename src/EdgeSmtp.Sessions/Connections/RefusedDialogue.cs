using System.Buffers;
using System.IO.Pipelines;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Connections;

/// <summary>
/// What follows a greeting of 554. RFC 5321 §3.1: the server waits for QUIT, and answers whatever comes before it with 503. A client that is refused gets neither a
/// session nor much time for that.
/// </summary>
internal static class RefusedDialogue
{
    /// <summary>Commands that are answered; who goes on is only waited for until he closes.</summary>
    private const int CommandsMax = 10;
    private const int LineMax = 512;

    /// <summary>Answers until QUIT, the end of the connection, or one of the limits.</summary>
    public static async Task RunAsync(IDuplexPipe transport, TimeSpan timeMax, TimeProvider time)
    {
        if (timeMax <= TimeSpan.Zero)
        {
            return;
        }

        using CancellationTokenSource deadline = new(timeMax, time);
        try
        {
            await AnswerAsync(transport, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            // He has had his time.
        }
    }

    private static async Task AnswerAsync(IDuplexPipe transport, CancellationToken cancellationToken)
    {
        for (int commands = 0; commands < CommandsMax;)
        {
            ReadResult result = await transport.Input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = result.Buffer;
            SmtpReply? reply = null;
            while (reply != SmtpReplies.Closing && commands < CommandsMax && TakeLine(ref rest, out ReadOnlySequence<byte> line))
            {
                commands++;
                reply = IsQuit(line) ? SmtpReplies.Closing : SmtpReplies.BadSequence;
                transport.Output.Write(reply.Wire.Span);
            }

            bool isOver = reply == SmtpReplies.Closing || result.IsCompleted || rest.Length > LineMax;
            transport.Input.AdvanceTo(rest.Start, rest.End);
            await transport.Output.FlushAsync(cancellationToken);
            if (isOver)
            {
                return;
            }
        }
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> input, out ReadOnlySequence<byte> line)
    {
        SequenceReader<byte> reader = new(input);
        bool isWhole = reader.TryReadTo(out line, (byte)'\n');
        input = isWhole ? reader.UnreadSequence : input;
        return isWhole;
    }

    private static bool IsQuit(in ReadOnlySequence<byte> line)
    {
        Span<byte> text = stackalloc byte[LineMax];
        if (line.Length > text.Length)
        {
            return false;
        }

        line.CopyTo(text);
        return System.Text.Ascii.EqualsIgnoreCase(text[..(int)line.Length].Trim(" \t\r"u8), "QUIT"u8);
    }
}
