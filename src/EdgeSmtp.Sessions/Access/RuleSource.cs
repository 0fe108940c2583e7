using System.Text;

namespace EdgeSmtp.Sessions.Access;

/// <summary>A text file of rules in the form of tcprules: <c>address:instruction[,NAME="value"]…</c>, one a line, <c>#</c> at the start of a line for comments.</summary>
public sealed class RuleSource
{
    private readonly List<RuleLine> _rules = [];
    private readonly List<RuleProblem> _problems = [];
    private readonly Dictionary<byte[], int> _lines = new(RuleKeyComparer.Instance);

    private RuleSource()
    {
    }

    /// <summary>The rules, in order.</summary>
    public IReadOnlyList<RuleLine> Rules => _rules;

    /// <summary>Everything that is wrong. With an error nothing of the file is to be used.</summary>
    public IReadOnlyList<RuleProblem> Problems => _problems;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes.</param>
    public static RuleSource Parse(ReadOnlySpan<byte> file)
    {
        RuleSource source = new();
        for (int number = 1; !file.IsEmpty; number++)
        {
            int end = file.IndexOf((byte)'\n');
            source.Read(number, (end < 0 ? file : file[..end]).TrimEnd(" \t\r"u8));
            file = end < 0 ? default : file[(end + 1)..];
        }

        return source;
    }

    private void Read(int number, ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] == (byte)'#')
        {
            return;
        }

        if (!System.Text.Unicode.Utf8.IsValid(line))
        {
            _problems.Add(new RuleProblem(number, "is not UTF-8"));
            return;
        }

        if (ReadRule(number, Encoding.UTF8.GetString(line)) is { } error)
        {
            _problems.Add(new RuleProblem(number, error));
        }
    }

    private string? ReadRule(int number, string line)
    {
        // IPv6 addresses have colons themselves, and so do values: the last one before the first variable counts.
        int comma = line.IndexOf(',', StringComparison.Ordinal);
        int colon = line.AsSpan(0, comma < 0 ? line.Length : comma).LastIndexOf(':');
        if (colon < 0)
        {
            return "has no colon between address and instruction";
        }

        ReadOnlySpan<char> rest = line.AsSpan(colon + 1);
        bool isDenied = rest.StartsWith("deny", StringComparison.Ordinal);
        if (!isDenied && !rest.StartsWith("allow", StringComparison.Ordinal))
        {
            return "behind the colon 'allow' or 'deny' is needed";
        }

        List<KeyValuePair<string, string>> variables = [];
        if (ReadVariables(rest[(isDenied ? 4 : 5)..], variables) is { } error)
        {
            return error;
        }

        List<byte[]> keys = [];
        string address = line[..colon];
        if (RuleAddress.Expand(address, keys, out string? warning) is { } wrong)
        {
            return wrong;
        }

        if (warning is not null)
        {
            _problems.Add(new RuleProblem(number, warning, IsWarning: true));
        }

        WarnOfRepetition(number, keys);
        _rules.Add(new RuleLine(number, address, keys, new RuleText(isDenied, variables)));
        return null;
    }

    /// <summary>The first of two rules for one address counts.</summary>
    private void WarnOfRepetition(int number, List<byte[]> keys)
    {
        foreach (byte[] key in keys)
        {
            if (!_lines.TryAdd(key, number) && _lines[key] != number)
            {
                _problems.Add(new RuleProblem(number, $"line {_lines[key]} has {RuleAddress.Describe(key)} already, and the first counts", IsWarning: true));
            }
        }
    }

    private static string? ReadVariables(ReadOnlySpan<char> text, List<KeyValuePair<string, string>> variables)
    {
        while (!text.IsEmpty)
        {
            int equals = text.IndexOf('=');
            if (text[0] != ',' || equals < 2)
            {
                return $"'{text}' is no variable; ,NAME=\"value\" is needed";
            }

            ReadOnlySpan<char> name = text[1..equals];
            ReadOnlySpan<char> quoted = text[(equals + 1)..];
            int end = quoted.IsEmpty ? -1 : quoted[1..].IndexOf(quoted[0]);
            if (end < 0)
            {
                return $"the value of {name} does not end with the character that it begins with";
            }

            if (name.ContainsAnyExceptInRange('!', '~') || quoted.Slice(1, end).Contains('\0'))
            {
                return $"'{name}' is no name of a variable, or its value holds NUL";
            }

            variables.Add(new(name.ToString(), quoted.Slice(1, end).ToString()));
            text = quoted[(end + 2)..];
        }

        return null;
    }
}
