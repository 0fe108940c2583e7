using System.Xml.Linq;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>A project as its .csproj tells it: where it lies and which projects it refers to.</summary>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> References)
{
    public bool IsSource => Path.StartsWith("src/", StringComparison.Ordinal);

    public bool IsFilter => Path.StartsWith("filters/", StringComparison.Ordinal);

    public bool IsTestingProduct => Name.StartsWith("EdgeSmtp.Testing", StringComparison.Ordinal);

    public static IReadOnlyList<ProjectFile> All { get; } =
        [.. SourceTree.Files("*.csproj", "src", "filters", "tests", "benchmarks", "loadtests").Select(Read)];

    private static ProjectFile Read(string path)
    {
        string[] references =
        [
            .. XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
                .Select(include => System.IO.Path.GetFileNameWithoutExtension(include)),
        ];
        return new(System.IO.Path.GetFileNameWithoutExtension(path), SourceTree.Relative(path), references);
    }
}
