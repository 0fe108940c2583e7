using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>Every filter folder looks like every other one, so that the next author can copy any of them.</summary>
public sealed class FilterFolderTests
{
    [Fact]
    public void EveryFilter_HasItsFourFiles_AndProject()
    {
        string[] folders = Directory.GetDirectories(SourceTree.PathOf("filters"));
        var missing =
            from folder in folders
            let name = Path.GetFileName(folder)
            // A name with a dot is a back end of a filter, in a project of its own for the sake of its driver.
            where !name.Contains('.', StringComparison.Ordinal) && Directory.EnumerateFiles(folder, "*.cs").Any()
            from file in new[]
            {
                $"{name}Filter.cs", $"{name}FilterOptions.cs", $"{name}FilterExtensions.cs", "README.md", $"EdgeSmtp.Filters.{name}.csproj",
            }
            where !File.Exists(Path.Combine(folder, file))
            orderby name, file
            select $"filters/{name}/{file}";
        House.HasNo(missing);
        Assert.NotEmpty(folders);
    }
}
