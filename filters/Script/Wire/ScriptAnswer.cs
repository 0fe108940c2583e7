using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>What a program wants done, checked as far as that needs no session.</summary>
internal sealed class ScriptAnswer
{
    private const int ItemsMax = 64;
    private const int TextCharsMax = 400;
    private const int NameCharsMax = 64;

    private ScriptAnswer(AnswerLine line, Verdict verdict)
    {
        Line = line;
        Verdict = verdict;
    }

    /// <summary>What it said besides the verdict.</summary>
    public AnswerLine Line { get; }

    /// <summary>Its verdict, for all recipients or those of <see cref="AnswerLine.For"/>.</summary>
    public Verdict Verdict { get; }

    /// <summary>Reads to whom an answer belongs.</summary>
    /// <exception cref="ScriptException">It is no answer.</exception>
    public static ulong ReadId(in ReadOnlySequence<byte> line) => ScriptJson.Read(line, ScriptJson.Default.AnswerId, "a line of it").Id;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="ScriptException">It wants what there is not.</exception>
    public static ScriptAnswer Read(in ReadOnlySequence<byte> line)
    {
        AnswerLine read = ScriptJson.Read(line, ScriptJson.Default.AnswerLine, "its answer");
        if (read.Headers.Count > ItemsMax || read.Scores.Count > ItemsMax || read.Facts.Count > ItemsMax)
        {
            throw new ScriptException($"its answer has more than {ItemsMax} headers, scores or facts");
        }

        if (read.Headers.Any(static field => field is not [{ }, { }]))
        {
            throw new ScriptException("a header of its answer is not a name and a value");
        }

        if (read.Scores.Any(static score => !IsPrintable(score.Key, NameCharsMax) || !double.IsFinite(score.Value)))
        {
            throw new ScriptException("a score of its answer has no printable name, or is no number");
        }

        return new ScriptAnswer(read, VerdictOf(read));
    }

    private static Verdict VerdictOf(AnswerLine line)
    {
        FilterReason? reason = line.Verdict switch
        {
            "continue" => null,
            "discard" => ScriptFilter.Discarded,
            "quarantine" => ScriptFilter.Quarantined,
            "defer" => ScriptFilter.Deferred,
            "reject" => ScriptFilter.Rejected,
            "disconnect" => ScriptFilter.Disconnected,
            _ => throw new ScriptException("its answer has a verdict that there is not"),
        };
        bool hasReply = line.Code is not null || line.Enhanced is not null || line.Text is not null;
        if (reason is null || reason.Kind < VerdictKind.Defer)
        {
            // A code without a refusal is one that was to be a refusal.
            return hasReply ? throw new ScriptException($"its answer has a reply, and the verdict '{line.Verdict}' has none") : reason is null ? Verdict.Continue : Verdict.From(reason, line.Detail);
        }

        return Verdict.From(hasReply ? Reply(reason, line) : reason, line.Detail);
    }

    private static FilterReason Reply(FilterReason reason, AnswerLine line)
    {
        ushort code = line.Code ?? reason.Code;

        // The class decides what a client does next, so that it may not contradict the verdict.
        string enhanced = line.Enhanced ?? (code / 100 == reason.Code / 100 ? reason.EnhancedCode : "5.7.0");
        string text = line.Text ?? reason.Text;
        bool fits = reason.Kind switch
        {
            VerdictKind.Defer => code is >= 400 and < 500,
            VerdictKind.Reject => code is >= 500 and < 600,
            _ => code is >= 400 and < 600,
        };
        if (!fits || !EnhancedStatusCode.IsValidFor(code, enhanced) || !IsPrintable(text, TextCharsMax))
        {
            throw new ScriptException($"code, enhanced code or text of its answer are no reply for '{line.Verdict}'");
        }

        return new FilterReason(reason.Kind, reason.Token, code, enhanced, text);
    }

    /// <summary>RFC 5321 §4.2.1: replies are ASCII, and a line end would begin another one.</summary>
    private static bool IsPrintable(string text, int charsMax) => text.Length > 0 && text.Length <= charsMax && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
