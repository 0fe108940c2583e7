using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Writes the reply that a verdict asks for, with the id under which the operator finds it in the log.</summary>
internal static class VerdictReply
{
    /// <summary>Text that fits one reply line with codes and id whatever they are.</summary>
    private const int PlainTextMax = 400;

    /// <summary>Writes the reply.</summary>
    /// <param name="channel">Where it goes.</param>
    /// <param name="reason">The reason of a verdict that refuses.</param>
    /// <param name="code">Its reply code, or the one that the place demands.</param>
    /// <param name="id">Id of the transaction or session.</param>
    public static void Write(SessionChannel channel, FilterReason reason, ushort code, string id)
    {
        if (!IsPlain(reason.Text))
        {
            SmtpReply composed = new(code, reason.EnhancedCode, $"{reason.Text} [{id}]");
            channel.Write(composed.Wire.Span);
            return;
        }

        // The common case, without an object made: most refusals are one short line.
        Span<byte> line = channel.GetSpan(SmtpReply.LineBytesMax);
        int length = 0;
        code.TryFormat(line, out int digits, default, System.Globalization.CultureInfo.InvariantCulture);
        length += digits;
        Put(line, ref length, " ");
        Put(line, ref length, reason.EnhancedCode);
        Put(line, ref length, " ");
        Put(line, ref length, reason.Text);
        Put(line, ref length, " [");
        Put(line, ref length, id);
        Put(line, ref length, "]\r\n");
        channel.Advance(length);
    }

    private static bool IsPlain(string text) => text.Length <= PlainTextMax && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static void Put(Span<byte> line, ref int length, string text) => length += Encoding.ASCII.GetBytes(text, line[length..]);
}
