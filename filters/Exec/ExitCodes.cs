using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Processes;

namespace EdgeSmtp.Filters.Exec;

/// <summary>What the exit codes of qmail-queue and its like mean. Ranges are those of qmail: 11 to 40 is for good, everything else for now.</summary>
internal static class ExitCodes
{
    private const int TextCharsMax = 200;

    /// <summary>The verdict for a program that did not end with 0.</summary>
    public static Verdict VerdictOf(ProgramResult result, ExecDialect dialect)
    {
        string detail = $"exit code {result.ExitCode.ToString(CultureInfo.InvariantCulture)}";
        bool isIndimail = dialect == ExecDialect.Indimail;
        return result.ExitCode switch
        {
            11 or 115 => Verdict.From(ExecFilter.AddressTooLong, detail),
            32 => Verdict.From(isIndimail ? ExecFilter.Spam : ExecFilter.Virus, detail),
            33 => Verdict.From(isIndimail ? ExecFilter.Virus : ExecFilter.Spam, detail),
            34 when !isIndimail => Verdict.From(ExecFilter.Attachment, detail),
            >= 11 and <= 40 => Verdict.From(ExecFilter.Rejected, detail),
            72 => Verdict.From(ExecFilter.Network with { Text = "connection to mail server timed out" }, detail),
            73 => Verdict.From(ExecFilter.Network with { Text = "connection to mail server rejected" }, detail),
            74 => Verdict.From(Coded(ExecFilter.Network, "4.4.2", "communication with mail server failed"), detail),
            88 => OfOwnWords(result.ErrorText, detail),
            > 128 and <= 192 => Verdict.From(ExecFilter.Crashed, $"killed by signal {(result.ExitCode - 128).ToString(CultureInfo.InvariantCulture)}"),
            _ => Verdict.From(TextOf(result.ExitCode) is { } text ? ExecFilter.Deferred with { Text = text } : ExecFilter.Deferred, detail),
        };
    }

    private static string? TextOf(int exitCode) => exitCode switch
    {
        51 => "mail server out of memory",
        52 => "timeout",
        53 => "mail server write error or disk full",
        54 => "mail server read error",
        55 => "mail server unable to read configuration",
        56 => "trouble making network connection",
        61 => "trouble in home directory",
        >= 62 and <= 66 => "trouble creating files in queue",
        81 or 91 => "internal bug",
        120 => "unable to run the queue program",
        _ => null,
    };

    /// <summary>indimail's 88: <c>D</c> or <c>Z</c> for good or for now, and the words, on standard error. Anything else is for now.</summary>
    private static Verdict OfOwnWords(string errorText, string detail)
    {
        bool isForGood = errorText.StartsWith('D');
        FilterReason reason = isForGood ? ExecFilter.Rejected : ExecFilter.Deferred;
        string text = isForGood || errorText.StartsWith('Z') ? errorText[1..].Trim() : string.Empty;
        return Verdict.From(text.Length == 0 ? reason : reason with { Text = Printable(text) }, detail);
    }

    private static FilterReason Coded(FilterReason reason, string enhancedCode, string text) => new(reason.Kind, reason.Token, reason.Code, enhancedCode, text);

    private static string Printable(string text) => string.Create(Math.Min(text.Length, TextCharsMax), text, static (target, source) =>
    {
        for (int i = 0; i < target.Length; i++)
        {
            // RFC 5321 §4.2.1: replies are ASCII.
            target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        }
    });
}
