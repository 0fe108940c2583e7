namespace EdgeSmtp.Server.Documentation;

/// <summary>What the generated pages share.</summary>
internal static class MarkdownTable
{
    /// <summary>Title, and how to make the page again.</summary>
    /// <param name="title">The title.</param>
    /// <param name="command">Command of the program that writes it.</param>
    public static string Head(string title, string command) => $"# {title}\n\nGenerated from the declarations in the code by `edgesmtp {command}`; a test keeps it up to date.\n\n";

    /// <summary>Text that cannot break out of a cell.</summary>
    /// <param name="text">Any text.</param>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ').Replace("<", "&lt;", StringComparison.Ordinal);
}
