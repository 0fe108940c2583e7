using System.Text;
using System.Text.RegularExpressions;

namespace EdgeSmtp.Tests.Backends.PlugIns;

/// <summary>
/// A section of a page as a script: blocks marked <c>sh</c> are run, blocks whose mark names a path after the language are written to it, and blocks marked <c>text</c> are what must have been printed
/// by then. Nothing is left out and nothing is added.
/// </summary>
internal sealed partial class Recipe
{
    private Recipe(string script, IReadOnlyList<string> expected)
    {
        Script = script;
        Expected = expected;
    }

    public string Script { get; }

    public IReadOnlyList<string> Expected { get; }

    public static Recipe Of(string page, string heading)
    {
        string section = page.Split($"\n## {heading}\n", 2)[1].Split("\n## ", 2)[0];
        StringBuilder script = new("set -eu\n");
        List<string> expected = [];
        foreach (Match block in Block().Matches(section))
        {
            string language = block.Groups["language"].Value;
            string path = block.Groups["path"].Value;
            string text = block.Groups["text"].Value;
            if (path.Length > 0)
            {
                script.Append($"mkdir -p \"$(dirname '{path}')\"\ncat > '{path}' <<'END-OF-FILE'\n{text}END-OF-FILE\n");
            }
            else if (language == "text")
            {
                expected.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
            else
            {
                script.Append(text);
            }
        }

        return new Recipe(script.ToString(), expected);
    }

    [GeneratedRegex(@"^```(?<language>[a-z]+)(?: (?<path>\S+))?\n(?<text>[\s\S]*?)^```$", RegexOptions.Multiline)]
    private static partial Regex Block();
}
