namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>Collects everything that is wrong, so that one start shows all of it.</summary>
internal sealed class ConfigProblems
{
    private readonly List<ConfigProblem> _all = [];

    /// <summary>Whether the program may not start.</summary>
    public bool HasErrors => _all.Exists(static problem => !problem.IsWarning);

    /// <summary>Errors by file and line.</summary>
    public IReadOnlyList<ConfigProblem> Errors => Sorted(warnings: false);

    /// <summary>Warnings by file and line.</summary>
    public IReadOnlyList<ConfigProblem> Warnings => Sorted(warnings: true);

    /// <summary>Whether an error about an option, or one within it, was found already: what follows from it need not be told.</summary>
    /// <param name="path">The option.</param>
    public bool HasErrorAt(string path) => _all.Exists(problem =>
        !problem.IsWarning && problem.Path.StartsWith(path, StringComparison.Ordinal) && (problem.Path.Length == path.Length || problem.Path[path.Length] == ':'));

    /// <summary>Adds an error about a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="message">What is wrong.</param>
    public void Error(ConfigNode node, string message) => Error(node.Location, node.Path, message);

    /// <summary>Adds an error.</summary>
    /// <param name="location">Where.</param>
    /// <param name="path">The option.</param>
    /// <param name="message">What is wrong.</param>
    public void Error(SourceLocation location, string path, string message) => _all.Add(new ConfigProblem(location, path, message));

    /// <summary>Adds a warning about a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="message">What to know.</param>
    public void Warn(ConfigNode node, string message) => _all.Add(new ConfigProblem(node.Location, node.Path, message, IsWarning: true));

    /// <summary>Adds a warning.</summary>
    /// <param name="location">Where.</param>
    /// <param name="path">The option.</param>
    /// <param name="message">What to know.</param>
    public void Warn(SourceLocation location, string path, string message) => _all.Add(new ConfigProblem(location, path, message, IsWarning: true));

    private List<ConfigProblem> Sorted(bool warnings) =>
        [.. _all.Where(problem => problem.IsWarning == warnings)
            .Distinct()
            .OrderBy(static problem => problem.Location.File, StringComparer.Ordinal)
            .ThenBy(static problem => problem.Location.Line)];
}
