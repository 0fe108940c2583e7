using System.Globalization;
using System.Text;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>Writes replies that refuse: <c>CODE ENHANCED TEXT [ID]</c>, with the id under which the operator finds it in the log and by <c>edgesmtp explain</c>.</summary>
internal static class RefusalReply
{
    /// <summary>Text that fits one reply line with codes and id whatever they are.</summary>
    private const int PlainTextMax = 400;

    /// <summary>Writes one of the standard replies. Allocates nothing.</summary>
    /// <param name="channel">Where it goes.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="id">Id of the transaction or session.</param>
    public static void Write(SessionChannel channel, SmtpReply reply, string id)
    {
        ReadOnlySpan<byte> wire = reply.Wire.Span;
        if (wire.Length > PlainTextMax || wire.IndexOf((byte)'\n') != wire.Length - 1)
        {
            channel.Write(new SmtpReply(reply.Code, reply.EnhancedCode, $"{reply.Text} [{id}]").Wire.Span);
            return;
        }

        Span<byte> line = channel.GetSpan(SmtpReply.LineBytesMax);
        int length = wire.Length - 2;
        wire[..length].CopyTo(line);
        End(line, length, id, channel);
    }

    /// <summary>Writes a reply with a text of its own.</summary>
    /// <param name="channel">Where it goes.</param>
    /// <param name="code">The reply code.</param>
    /// <param name="enhancedCode">The enhanced code.</param>
    /// <param name="text">The text.</param>
    /// <param name="values">What it is about; its id stands at the end.</param>
    public static void Write(SessionChannel channel, ushort code, string enhancedCode, ReplyText text, in ReplyValues values)
    {
        string shown = text.Fill(values, out bool hasId);
        if (hasId || !IsPlain(shown))
        {
            SmtpReply composed = new(code, enhancedCode, hasId ? shown : $"{shown} [{values.Id}]");
            channel.Write(composed.Wire.Span);
            return;
        }

        // The common case, without an object made: most refusals are one short line.
        Span<byte> line = channel.GetSpan(SmtpReply.LineBytesMax);
        code.TryFormat(line, out int length, default, CultureInfo.InvariantCulture);
        Put(line, ref length, " ");
        Put(line, ref length, enhancedCode);
        Put(line, ref length, " ");
        Put(line, ref length, shown);
        End(line, length, values.Id, channel);
    }

    private static bool IsPlain(string text) => text.Length <= PlainTextMax && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static void End(Span<byte> line, int length, string id, SessionChannel channel)
    {
        Put(line, ref length, " [");
        Put(line, ref length, id);
        Put(line, ref length, "]\r\n");
        channel.Advance(length);
    }

    private static void Put(Span<byte> line, ref int length, string text) => length += Encoding.ASCII.GetBytes(text, line[length..]);
}
