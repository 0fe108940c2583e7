using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>Whoever names the version of the packages names the one that is packed.</summary>
public sealed partial class PackageVersionTests
{
    private static readonly string Version = XDocument.Load(SourceTree.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    [Fact]
    public void Template_Default_IsThatVersion()
    {
        using JsonDocument template = JsonDocument.Parse(File.ReadAllText(SourceTree.PathOf("src/EdgeSmtp.Templates/content/edgesmtp-filter/.template.config/template.json")));
        Assert.Equal(Version, template.RootElement.GetProperty("symbols").GetProperty("EdgeSmtpVersion").GetProperty("defaultValue").GetString());
    }

    [Fact]
    public void Samples_ReferTo_ThatVersion()
    {
        var references =
            from path in SourceTree.Files("*.csproj", "docs/samples")
            from reference in XDocument.Load(path).Descendants("PackageReference")
            where reference.Attribute("Include")!.Value.StartsWith("EdgeSmtp.", StringComparison.Ordinal)
            select reference.Attribute("Version")!.Value;
        Assert.NotEmpty(references);
        Assert.All(references, static version => Assert.Equal(Version, version));
    }

    [Fact]
    public void Recipe_Installs_ThatVersion()
    {
        string[] named = [.. TemplatePackage().Matches(File.ReadAllText(SourceTree.PathOf("docs/filters.md"))).Select(static match => match.Groups[1].Value)];
        Assert.NotEmpty(named);
        Assert.All(named, static version => Assert.Equal(Version, version));
    }

    [GeneratedRegex(@"EdgeSmtp\.Templates\.(\d+\.\d+\.\d+)\.nupkg")]
    private static partial Regex TemplatePackage();
}
