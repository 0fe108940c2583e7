namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>One thing that is wrong, or that an operator should know.</summary>
/// <param name="Location">Where.</param>
/// <param name="Path">The option it is about; empty for the file as a whole.</param>
/// <param name="Message">What, in one sentence part.</param>
/// <param name="IsWarning">Whether the program starts nevertheless.</param>
internal sealed record ConfigProblem(SourceLocation Location, string Path, string Message, bool IsWarning = false)
{
    /// <summary><c>file:line: Path: message</c>.</summary>
    public override string ToString() => Path.Length == 0 ? $"{Location}: {Message}" : $"{Location}: {Path}: {Message}";
}
