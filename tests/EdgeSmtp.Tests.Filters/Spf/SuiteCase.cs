using YamlDotNet.RepresentationModel;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>One case of the suite.</summary>
/// <param name="Scenario">The scenario, whose zones it needs.</param>
/// <param name="Name">Its name.</param>
/// <param name="Host">Address of the client.</param>
/// <param name="Hello">HELO name.</param>
/// <param name="MailFrom">Reverse-path; empty for the null one.</param>
/// <param name="Results">Results that are right.</param>
/// <param name="Explanation">The explanation; <c>DEFAULT</c> for none of the domain's; <c>null</c> when the case does not say.</param>
/// <param name="Dns">The zones.</param>
internal sealed record SuiteCase(
    string Scenario, string Name, string Host, string Hello, string MailFrom, IReadOnlyList<string> Results, string? Explanation, SuiteDns Dns)
{
    public static SuiteCase Of(string scenario, string name, YamlMappingNode test, SuiteDns dns) => new(
        scenario,
        name,
        test["host"].ToString(),
        Text(test, "helo") ?? string.Empty,
        Text(test, "mailfrom") ?? string.Empty,
        test["result"] is YamlSequenceNode several ? [.. several.Select(static result => result.ToString())] : [test["result"].ToString()],
        Text(test, "explanation"),
        dns);

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out YamlNode? value) ? ((YamlScalarNode)value).Value : null;
}
