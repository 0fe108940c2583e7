namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>
/// Reads a file and those that it names in <c>Include</c> into one tree. There is no layering: sections are joined, and a value that two files give is an error,
/// because an order list that one file replaced in part would silently switch a filter off.
/// </summary>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="variables">Fills <c>${NAME}</c> in texts.</param>
internal sealed class ConfigFiles(ConfigProblems problems, EnvironmentVariables variables)
{
    /// <summary>Key that names further files, relative to the file it stands in.</summary>
    public const string IncludeKey = "Include";

    /// <summary>Key with which editors find the schema; says nothing to us.</summary>
    public const string SchemaKey = "$schema";

    private const int FilesMax = 100;
    private readonly List<string> _read = [];

    /// <summary>Full paths of the files that were read or looked for, the main one first: what a reload watches.</summary>
    public IReadOnlyList<string> Read => _read;

    /// <summary>Reads the tree.</summary>
    /// <param name="path">The main file.</param>
    /// <returns>The joined root, without <c>Include</c>; <c>null</c> when the main file cannot be read.</returns>
    public ConfigObject? Load(string path) => LoadOne(path, new SourceLocation(path, 0));

    private ConfigObject? LoadOne(string path, SourceLocation origin)
    {
        string full = Path.GetFullPath(path);
        if (_read.Contains(full, StringComparer.Ordinal))
        {
            problems.Error(origin, IncludeKey, $"'{path}' is included twice");
            return null;
        }

        if (_read.Count >= FilesMax)
        {
            problems.Error(origin, IncludeKey, $"more than {FilesMax} files");
            return null;
        }

        _read.Add(full);
        byte[] content;
        try
        {
            content = File.ReadAllBytes(full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Error(origin, string.Empty, $"cannot read '{path}': {failure.Message}");
            return null;
        }

        ConfigObject? root = new JsonConfigReader(problems, variables).Read(path, content);
        return root is null ? null : Join(root, Path.GetDirectoryName(full)!);
    }

    private ConfigObject Join(ConfigObject root, string folder)
    {
        root.Members.Remove(SchemaKey);
        if (!root.Members.Remove(IncludeKey, out ConfigNode? includes))
        {
            return root;
        }

        IEnumerable<ConfigNode> names = includes is ConfigArray list ? list.Items : [includes];
        foreach (ConfigNode name in names)
        {
            if (name is not ConfigScalar { Scalar: ConfigScalarKind.Text } file)
            {
                problems.Error(name, "must be the name of a file, or a list of names");
            }
            else if (LoadOne(Path.Combine(folder, file.Text), name.Location) is { } included)
            {
                Merge(root, included);
            }
        }

        return root;
    }

    private void Merge(ConfigObject target, ConfigObject source)
    {
        foreach ((string key, ConfigNode value) in source.Members)
        {
            if (target.Members.TryAdd(key, value))
            {
                continue;
            }

            ConfigNode present = target.Members[key];
            if (present is ConfigObject left && value is ConfigObject right)
            {
                Merge(left, right);
            }
            else
            {
                problems.Error(value, $"stands in two files; first at {present.Location}");
            }
        }
    }
}
