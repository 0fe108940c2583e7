using EdgeSmtp.Abstractions;
using EdgeSmtp.Server.Configuration;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

/// <summary>A valid configuration on disk, in which a test replaces members.</summary>
internal sealed class TestConfiguration : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _members = new()
    {
        ["Hostname"] = "\"mx.example.test\"",
        ["DataDirectory"] = "\"data\"",
        ["Postmaster"] = "\"user@example.test\"",
        ["Listeners"] = """{ "mx": { "Address": "127.0.0.1:2525" } }""",
        ["Domains"] = """{ "example.test": { "Recipients": [ "user" ], "Route": "sink" } }""",
        ["Routes"] = """{ "sink": { "Transport": "discard" } }""",
    };

    public TestConfiguration(params (string Key, string? Json)[] members)
    {
        foreach ((string key, string? json) in members)
        {
            With(key, json);
        }
    }

    public FilterRegistry Registry { get; init; } = new FilterRegistry()
        .Add<TestFilterOptions>("Test", static (_, _) => new TestFilter())
        .Add("Plain", static _ => new TestFilter());

    public string File => _folder.PathOf("edgesmtp.json");

    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Sets a member, one a line in the order of keys; null leaves it out.</summary>
    public TestConfiguration With(string key, string? json)
    {
        if (json is null)
        {
            _members.Remove(key);
        }
        else
        {
            _members[key] = json;
        }

        return this;
    }

    public void Write() => _folder.Write("edgesmtp.json", "{\n" + string.Join(",\n", _members.Select(static member => $"\"{member.Key}\": {member.Value}")) + "\n}\n");

    public ConfigurationLoader Loader()
    {
        Write();
        return new ConfigurationLoader(Registry, File);
    }

    public LoadedConfiguration Load() => Loader().Load();

    /// <summary>Errors without file and line.</summary>
    public IReadOnlyList<string> Errors() => [.. Load().Problems.Errors.Select(static problem => $"{problem.Path}: {problem.Message}")];

    public IReadOnlyList<string> Warnings() => [.. Load().Problems.Warnings.Select(static problem => $"{problem.Path}: {problem.Message}")];

    public void Dispose() => _folder.Dispose();
}
