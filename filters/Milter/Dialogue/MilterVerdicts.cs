using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Milter.Wire;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>Makes verdicts from what a milter answers.</summary>
internal static class MilterVerdicts
{
    private const int TextCharsMax = 400;

    /// <summary>The verdict for an answer that ends the matter.</summary>
    /// <exception cref="MilterException">It is no such answer.</exception>
    public static Verdict Of(MilterReply reply, MilterDiscardAction onDiscard) => reply.Kind switch
    {
        MilterReplyKind.Accept => Verdict.Continue,
        MilterReplyKind.Reject => Verdict.From(MilterFilter.Rejected),
        MilterReplyKind.TemporaryFailure => Verdict.From(MilterFilter.Deferred),
        MilterReplyKind.Discard => Verdict.From(onDiscard switch
        {
            MilterDiscardAction.Discard => MilterFilter.Discarded,
            MilterDiscardAction.Reject => MilterFilter.Rejected,
            _ => MilterFilter.Quarantined,
        }),
        MilterReplyKind.Shutdown or MilterReplyKind.ConnectionFailure => Verdict.From(MilterFilter.Disconnected),
        MilterReplyKind.ReplyCode => OfReply(reply.Text),
        _ => throw new MilterException($"it answered with {reply.Kind}, which cannot stand here"),
    };

    /// <summary>A reply in the milter's own words, <c>550 5.7.1 text</c>, perhaps of several lines; they become one, printable and cut.</summary>
    private static Verdict OfReply(string reply)
    {
        string[] lines = reply.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0].Length < 3 || !ushort.TryParse(lines[0].AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out ushort code) || code is < 400 or > 599)
        {
            // RFC 5321 §4.2.1: anything else refuses nothing, and a milter that wants to accept has another word for it.
            throw new MilterException("its reply has no code from 400 to 599");
        }

        FilterReason reason = code == 421 ? MilterFilter.Disconnected : code < 500 ? MilterFilter.Deferred : MilterFilter.Rejected;
        string enhanced = reason.EnhancedCode;
        List<string> parts = [];
        foreach (string line in lines)
        {
            string text = line.Length > 4 ? line[4..] : string.Empty;
            string first = text.Split(' ', 2)[0];
            if (EnhancedStatusCode.IsValidFor(code, first))
            {
                enhanced = first;
                text = text[first.Length..].TrimStart();
            }

            parts.Add(text);
        }

        string joined = Printable(string.Join(' ', parts).Replace("%%", "%", StringComparison.Ordinal)).Trim();
        return Verdict.From(new FilterReason(reason.Kind, reason.Token, code, enhanced, joined.Length == 0 ? reason.Text : joined));
    }

    private static string Printable(string text) => string.Create(Math.Min(text.Length, TextCharsMax), text, static (target, source) =>
    {
        for (int i = 0; i < target.Length; i++)
        {
            // RFC 5321 §4.2.1: replies are ASCII, and a line end would begin another one.
            target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        }
    });
}
