namespace EdgeSmtp.Server.Cli;

/// <summary>The lines of a file that a command reads.</summary>
internal static class SourceLines
{
    /// <summary>Every line, of a file or, for <c>-</c>, of standard input.</summary>
    public static IEnumerable<string> All(string path) => path == "-" ? StandardInput() : File.ReadLines(path);

    /// <summary>Lines that say something: without white space around them, without empty lines and comments.</summary>
    public static IEnumerable<string> Read(string path) => All(path).Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#');

    private static IEnumerable<string> StandardInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
