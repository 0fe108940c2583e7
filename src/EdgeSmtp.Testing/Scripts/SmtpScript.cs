using System.Globalization;
using System.Text;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>
/// A conversation as text, run against any connection: in memory or over a socket. Lines are those of <see cref="ScriptStepKind"/>; blank lines and lines that begin
/// with <c>#</c> are left out.
/// </summary>
/// <example><code>
/// S: 220 *
/// C: EHLO client.example
/// S+ 250 *
/// C: QUIT
/// S: 221 *
/// S: &lt;closed&gt;
/// </code></example>
public sealed class SmtpScript
{
    private SmtpScript(IReadOnlyList<ScriptStep> steps) => Steps = steps;

    /// <summary>The steps.</summary>
    public IReadOnlyList<ScriptStep> Steps { get; }

    /// <summary>How long one step may take. The only real time here: it ends a test that would hang. Default 30 s.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads a script.</summary>
    /// <param name="text">The script.</param>
    /// <exception cref="FormatException">A line is none of the known ones.</exception>
    public static SmtpScript Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<ScriptStep> steps = [];
        int number = 0;
        foreach (string raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            string line = raw.TrimStart();
            if (line.Length > 0 && line[0] != '#')
            {
                steps.Add(ParseStep(number, line));
            }
        }

        return new SmtpScript(steps);
    }

    /// <summary>Runs a script given as text.</summary>
    /// <param name="peer">The client's end.</param>
    /// <param name="text">The script.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ScriptException">It went otherwise.</exception>
    public static Task<string> RunAsync(ScriptPeer peer, string text, CancellationToken cancellationToken = default) => Parse(text).RunAsync(peer, cancellationToken);

    /// <summary>Runs the script.</summary>
    /// <param name="peer">The client's end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ScriptException">It went otherwise.</exception>
    public async Task<string> RunAsync(ScriptPeer peer, CancellationToken cancellationToken = default)
    {
        ScriptRun run = new(peer, this);
        await run.RunAsync(cancellationToken);
        return run.Transcript;
    }

    private static ScriptStep ParseStep(int number, string line)
    {
        string head = line.Length >= 2 ? line[..2] : line;
        string text = line.Length > 3 ? line[3..] : string.Empty;
        return (head, text.TrimEnd()) switch
        {
            ("C:", _) => new ScriptStep(number, ScriptStepKind.Send, text),
            ("C<", _) => new ScriptStep(number, ScriptStepKind.SendRaw, Unescape(number, text)),
            ("S:", "<closed>") => new ScriptStep(number, ScriptStepKind.ExpectClosed, text),
            ("S:", _) => new ScriptStep(number, ScriptStepKind.Expect, text),
            ("S+", _) => new ScriptStep(number, ScriptStepKind.ExpectReply, text),
            ("X:", "half-close") => new ScriptStep(number, ScriptStepKind.HalfClose, text),
            ("X:", "reset") => new ScriptStep(number, ScriptStepKind.Reset, text),
            _ => throw new FormatException($"Line {number} of the script is unknown: {line}"),
        };
    }

    private static string Unescape(int number, string text)
    {
        StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            char escape = ++i < text.Length ? text[i] : '\0';
            switch (escape)
            {
                case 'r':
                    plain.Append('\r');
                    break;
                case 'n':
                    plain.Append('\n');
                    break;
                case 't':
                    plain.Append('\t');
                    break;
                case '0':
                    plain.Append('\0');
                    break;
                case '\\':
                    plain.Append('\\');
                    break;
                case 'x' when i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value):
                    plain.Append((char)value);
                    i += 2;
                    break;
                default:
                    throw new FormatException($"Line {number} of the script has an unknown escape.");
            }
        }

        return plain.ToString();
    }
}
