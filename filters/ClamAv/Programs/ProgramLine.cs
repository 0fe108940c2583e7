namespace EdgeSmtp.Filters.ClamAv.Programs;

/// <summary>The command that a QHPSI program is started with, by the rules of Spamcontrol and of indimail.</summary>
internal sealed class ProgramLine
{
    private const string FileMark = "%s";

    private readonly string[] _words;
    private readonly string[] _arguments;

    /// <param name="text"><c>QHPSI</c>: the program, and in indimail's way its arguments, one of which may be <c>%s</c>, the file.</param>
    /// <param name="arguments"><c>QHPSIARG1</c> to <c>QHPSIARG3</c>; those that are not set leave no gap (D10).</param>
    public ProgramLine(string text, params ReadOnlySpan<string?> arguments)
    {
        _words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        List<string> set = [];
        foreach (string? argument in arguments)
        {
            if (!string.IsNullOrEmpty(argument))
            {
                set.Add(argument);
            }
        }

        _arguments = [.. set];
    }

    /// <summary>The program.</summary>
    public string Program => _words[0];

    /// <summary>Its arguments for a file: <c>%s</c> is replaced; without it the file follows the words, and the further arguments follow the file.</summary>
    public IReadOnlyList<string> ArgumentsFor(string file)
    {
        IEnumerable<string> words = _words.Skip(1);
        words = _words.Contains(FileMark) ? words.Select(word => word == FileMark ? file : word) : words.Append(file);
        return [.. words, .. _arguments];
    }
}
