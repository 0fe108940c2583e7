using YamlDotNet.RepresentationModel;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>The test suite of openspf for RFC 7208, read where it lies beside the project; it is not ours to copy.</summary>
internal static class SuiteFile
{
    private static readonly Lazy<IReadOnlyList<SuiteCase>> Loaded = new(Load);

    /// <summary>Where it is; <c>null</c> when a clone lies alone.</summary>
    public static string? Path { get; } = Find();

    public static IReadOnlyList<SuiteCase> Cases => Loaded.Value;

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = System.IO.Path.Combine(folder.FullName, "shared", "tests", "spf", "rfc7208-tests.yml");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static List<SuiteCase> Load()
    {
        List<SuiteCase> cases = [];
        if (Path is null)
        {
            return cases;
        }

        using StreamReader reader = File.OpenText(Path);
        YamlStream stream = [];
        stream.Load(reader);
        foreach (YamlMappingNode scenario in stream.Documents.Select(static document => document.RootNode).OfType<YamlMappingNode>())
        {
            if (!scenario.Children.TryGetValue("tests", out YamlNode? tests))
            {
                continue;
            }

            SuiteDns dns = SuiteDns.Of((YamlMappingNode)scenario["zonedata"]);
            cases.AddRange(((YamlMappingNode)tests).Children.Select(test =>
                SuiteCase.Of(scenario["description"].ToString(), test.Key.ToString(), (YamlMappingNode)test.Value, dns)));
        }

        return cases;
    }
}
