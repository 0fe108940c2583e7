using System.Text;

namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>One answer of clamd to a scan.</summary>
/// <param name="Kind">What it said.</param>
/// <param name="Text">Name of the find, or words of the error: printable ASCII of at most <see cref="TextLengthMax"/> characters.</param>
internal sealed record ClamdReply(ClamdReplyKind Kind, string Text)
{
    /// <summary>Far beyond any name of a signature.</summary>
    public const int TextLengthMax = 256;

    // clamd gave up after a while: on a quieter machine it would not have.
    private const string TimeLimit = "Heuristics.Limits.Exceeded.MaxScanTime";

    private static readonly ClamdReply Clean = new(ClamdReplyKind.Clean, string.Empty);

    /// <summary>Whether it would say the same again.</summary>
    public bool IsDeterministic => Kind is ClamdReplyKind.Clean or ClamdReplyKind.TooLong || (Kind == ClamdReplyKind.Found && Text != TimeLimit);

    /// <summary>Reads an answer to SCAN, FILDES or INSTREAM: <c>WHAT: OK</c>, <c>WHAT: NAME FOUND</c>, <c>… ERROR</c>.</summary>
    /// <param name="answer">The answer, without its NUL.</param>
    /// <returns>The reply; <c>null</c> for what no clamd says.</returns>
    public static ClamdReply? Parse(ReadOnlySpan<byte> answer)
    {
        if (answer.EndsWith(": OK"u8))
        {
            return Clean;
        }

        if (answer.EndsWith(" FOUND"u8))
        {
            ReadOnlySpan<byte> name = answer[..^" FOUND".Length];
            int colon = name.LastIndexOf(": "u8);
            return colon < 0 || colon + 2 == name.Length ? null : new ClamdReply(ClamdReplyKind.Found, Printable(name[(colon + 2)..]));
        }

        if (!answer.EndsWith("ERROR"u8))
        {
            return null;
        }

        return answer.StartsWith("INSTREAM size limit exceeded"u8)
            ? new ClamdReply(ClamdReplyKind.TooLong, "INSTREAM size limit exceeded")
            : new ClamdReply(ClamdReplyKind.Error, Printable(answer));
    }

    /// <summary>Text from the scanner for a header field and the log.</summary>
    /// <param name="text">What it said.</param>
    public static string Printable(ReadOnlySpan<byte> text)
    {
        Span<byte> printable = stackalloc byte[Math.Min(text.Length, TextLengthMax)];
        for (int i = 0; i < printable.Length; i++)
        {
            printable[i] = text[i] is >= 0x20 and < 0x7F ? text[i] : (byte)'?';
        }

        return Encoding.ASCII.GetString(printable);
    }
}
