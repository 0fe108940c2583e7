using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Access;

/// <summary>Reads the files of rules that the configuration names.</summary>
internal sealed class AccessLoader
{
    private const int BytesMax = 64 << 20;

    private readonly ConfigProblems _problems;
    private readonly RuleTranslator _translator;

    /// <summary>Prepares to read.</summary>
    /// <param name="options">The configuration, file names resolved; <c>null</c> when rules are read without one.</param>
    /// <param name="problems">Takes what is wrong, with file and line.</param>
    public AccessLoader(ServerOptions? options, ConfigProblems problems)
    {
        _problems = problems;
        _translator = new RuleTranslator(options, problems);
    }

    /// <summary>Whether a file is compiled.</summary>
    /// <param name="file">Its name.</param>
    public static bool IsCompiled(string file) => file.EndsWith(".cdb", StringComparison.OrdinalIgnoreCase);

    /// <summary>The profiles that the rules read so far need.</summary>
    public IReadOnlyCollection<ProfileDraft> Drafts => _translator.Drafts;

    /// <summary>Reads every file.</summary>
    /// <param name="files">Names and files of the configuration.</param>
    /// <param name="root">The configuration, for places.</param>
    public AccessTable Load(IReadOnlyDictionary<string, AccessRulesOptions> files, ConfigObject root)
    {
        Dictionary<string, AccessRules> rules = new(StringComparer.Ordinal);
        foreach ((string name, AccessRulesOptions options) in files)
        {
            if (options.File is { } file && TryLoad(file, root.Nearest(nameof(ServerOptions.AccessRules), name, nameof(options.File)).Location, name) is { } loaded)
            {
                rules.Add(name, loaded);
            }
        }

        return new AccessTable(rules);
    }

    /// <summary>Reads one file.</summary>
    /// <param name="file">The file.</param>
    /// <returns><c>null</c> when it cannot be read; a fault within it is reported besides.</returns>
    public AccessRules? Load(string file) => TryLoad(file, new SourceLocation(file, 0), null);

    private AccessRules? TryLoad(string file, SourceLocation origin, string? name)
    {
        try
        {
            return new AccessRules(IsCompiled(file) ? LoadCompiled(file) : LoadText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            string path = name is null ? string.Empty : $"{nameof(ServerOptions.AccessRules)}:{name}:{nameof(AccessRulesOptions.File)}";
            _problems.Error(origin, path, $"cannot read rules: {failure.Message}");
            return null;
        }
    }

    private RuleTable LoadText(string file)
    {
        if (new FileInfo(file) is { Exists: true, Length: > BytesMax })
        {
            throw new InvalidDataException($"{file} is larger than {BytesMax} bytes; compile it with edgesmtp access build");
        }

        RuleSource source = RuleSource.Parse(File.ReadAllBytes(file));
        foreach (RuleProblem problem in source.Problems)
        {
            SourceLocation place = new(file, problem.Line);
            if (problem.IsWarning)
            {
                _problems.Warn(place, string.Empty, problem.Message);
            }
            else
            {
                _problems.Error(place, string.Empty, problem.Message);
            }
        }

        RuleTable table = new();
        foreach (RuleLine line in source.Rules)
        {
            SourceLocation place = new(file, line.Number);
            AccessRule rule = new(place.ToString(), line.Text, _translator.Translate(line.Text, place, IsForEverybody(line.Keys[0])));
            foreach (byte[] key in line.Keys)
            {
                table.Add(key, rule);
            }
        }

        return table;
    }

    private CdbRuleTable LoadCompiled(string file)
    {
        SourceLocation place = new(file, 0);
        Dictionary<byte[], AccessRule> translated = new(RuleKeyComparer.Instance);
        return CdbRuleTable.Open(file, (key, record) =>
        {
            string address = RuleAddress.Describe(key);
            if (!RuleAddress.IsReachable(key))
            {
                _problems.Warn(place, address, "is an address that no look-up asks for; compile it with edgesmtp access build");
                return null;
            }

            bool forEverybody = IsForEverybody(key);
            if (translated.TryGetValue(record, out AccessRule? known) && !(forEverybody && known.Settings.MayRelay))
            {
                return known;
            }

            if (RuleText.TryDecode(record) is not { } text)
            {
                _problems.Error(place, address, "has a record that is not of tcprules");
                return null;
            }

            AccessRule rule = new(file, text, _translator.Translate(text, place, forEverybody));
            translated[record] = rule;
            return rule;
        });
    }

    /// <summary>The default, and the rule for whoever has a name: anybody can have one.</summary>
    private static bool IsForEverybody(byte[] key) => key.Length == 0 || key.AsSpan().SequenceEqual("="u8);
}
