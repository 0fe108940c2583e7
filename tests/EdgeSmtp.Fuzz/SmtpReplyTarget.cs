using System.Text;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Fuzz;

/// <summary>Replies of a server that we deliver to: however they are cut they say the same, nothing in them can forge a line of a log or report, and written by us they are read again.</summary>
public sealed class SmtpReplyTarget : IFuzzTarget
{
    public string Name => "smtp-reply";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        string whole = Read(input, input.Length + 1);
        foreach (int length in Pieces.Of(input)) Broken.Unless(whole == Read(input, length), $"pieces of {length} bytes say the same");
    }

    private static string Read(ReadOnlySpan<byte> input, int length)
    {
        ReplyParser parser = new();
        StringBuilder said = new();
        for (int at = 0; at < input.Length;)
        {
            ReplyParseStatus status = parser.Parse(Pieces.At(input, at, length), out int consumed);
            Broken.Unless(consumed > 0, "every call goes on");
            at += consumed;
            if (status == ReplyParseStatus.Bad) return said.Append("bad").ToString();
            Broken.Unless((status == ReplyParseStatus.Complete) == (parser.Reply is not null), "a reply comes with its end");
            if (parser.Reply is not { } reply) continue;
            CheckReply(reply);
            said.Append(reply).Append('\n');
        }

        return said.ToString();
    }

    private static void CheckReply(ServerReply reply)
    {
        Broken.Unless(reply.Code is >= 200 and < 600 && reply.Lines.Count > 0, "a reply has a code and a line");
        Broken.Unless(reply.EnhancedCode.Length == 0 || EnhancedStatusCode.IsValidFor(reply.Code, reply.EnhancedCode), "an enhanced code goes with its code");
        foreach (char c in reply.ToString()) Broken.Unless(!char.IsControl(c) && c is not ('\u2028' or '\u2029'), "a reply is printable");

        SmtpReply ours = new(reply.Code, reply.EnhancedCode, string.Join('\n', reply.Lines));
        ReplyParser parser = new();
        Broken.Unless(parser.Parse(ours.Wire.Span, out int consumed) == ReplyParseStatus.Complete && consumed == ours.Wire.Length, "what we write is one reply");
        Broken.Unless(parser.Reply!.Code == reply.Code && parser.Reply.Lines.Count >= ours.Text.AsSpan().Count('\n') + 1, "it has its code and lines");
        foreach (Range line in ours.Wire.Span.Split("\r\n"u8)) Broken.Unless(ours.Wire.Span[line].Length <= SmtpReply.LineBytesMax - 2, "its lines have their limit");
    }
}
