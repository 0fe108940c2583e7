using System.Buffers;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>One reply of QMTP: K accepted, Z not now, D never (cr.yp.to/proto/qmtp.txt). The text has the enhanced code at its end, as qmail wrote it.</summary>
/// <param name="Code">The SMTP reply code that means the same.</param>
/// <param name="EnhancedCode">The enhanced code; empty when accepted.</param>
/// <param name="Text">The text.</param>
/// <param name="Id">Id for the log; <c>null</c> for none.</param>
internal readonly record struct QmtpReply(ushort Code, string EnhancedCode, string Text, string? Id)
{
    private const int TextMax = 500;

    /// <summary>Whether a recipient was not refused yet.</summary>
    public bool IsOpen => Code == 0;

    public static QmtpReply From(SmtpReply reply, string id) => new(reply.Code, reply.EnhancedCode, reply.Text, id);

    /// <summary>A refusal that the operator may have a text for.</summary>
    public static QmtpReply From(SmtpReply reply, ReplyTemplate? text, in ReplyValues values) => text is null
        ? From(reply, values.Id)
        : From(reply.Code, RefusalTexts.EnhancedCodeOf(text, reply), new ReplyText(text.Text, text.HasPlaceholders), values);

    public static QmtpReply From(Verdict verdict, in ReplyValues values) =>
        From(verdict.Reason!.Code, verdict.Reason.EnhancedCode, ReplyText.Of(verdict.Reason), values);

    public static QmtpReply Accepted(string id) => new(250, string.Empty, "ok", id);

    private static QmtpReply From(ushort code, string enhancedCode, ReplyText text, in ReplyValues values)
    {
        string shown = text.Fill(values, out bool hasId);
        return new QmtpReply(code, enhancedCode, shown, hasId ? null : values.Id);
    }

    /// <summary>Writes the netstring.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        char kind = Code < 400 ? 'K' : Code < 500 ? 'Z' : 'D';
        string text = Text.Length > TextMax ? Text[..TextMax] : Text;
        string suffix = EnhancedCode.Length == 0 ? string.Empty : $" (#{EnhancedCode})";
        string id = Id is null ? string.Empty : EnhancedCode.Length == 0 ? $" {Id}" : $" [{Id}]";
        // Text from filters is shown to people, and must not look like another netstring's end to anything that is careless.
        Netstring.Write(Encoding.ASCII.GetBytes($"{kind}{text.ReplaceLineEndings(" ")}{id}{suffix}"), output);
    }
}
