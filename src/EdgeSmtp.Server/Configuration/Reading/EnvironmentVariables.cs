using System.Text;

namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>Puts variables of the environment into texts: <c>${NAME}</c>, and <c>$${</c> for the characters themselves.</summary>
/// <param name="read">Gives the value of a variable, or <c>null</c>.</param>
internal sealed class EnvironmentVariables(Func<string, string?> read)
{
    /// <summary>The environment of this process.</summary>
    public static EnvironmentVariables Process { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Expands a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="missing">The first variable that is not set, or that has no end; <c>null</c> when all is well.</param>
    public string Expand(string text, out string? missing)
    {
        missing = null;
        int start = text.IndexOf("${", StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }

        StringBuilder result = new();
        int done = 0;
        for (; start >= 0; start = text.IndexOf("${", done, StringComparison.Ordinal))
        {
            if (start > done && text[start - 1] == '$')
            {
                result.Append(text, done, start - 1 - done).Append("${");
                done = start + 2;
                continue;
            }

            int end = text.IndexOf('}', start);
            string name = end < 0 ? text[(start + 2)..] : text[(start + 2)..end];
            if (end < 0 || read(name) is not { } value)
            {
                missing ??= name;
                return text;
            }

            result.Append(text, done, start - done).Append(value);
            done = end + 1;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
