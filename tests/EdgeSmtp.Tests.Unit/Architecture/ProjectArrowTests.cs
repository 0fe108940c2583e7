using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>
/// Keeps the direction of the projects: who may refer to whom. An arrow that is missing here is a decision (docs/adr), not an oversight.
/// </summary>
public sealed class ProjectArrowTests
{
    // What each inner project may refer to directly; what those refer to comes along.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["EdgeSmtp.Protocol"] = [],
        ["EdgeSmtp.Abstractions"] = ["EdgeSmtp.Protocol"],
        ["EdgeSmtp.Toolkit"] = ["EdgeSmtp.Abstractions"],
        ["EdgeSmtp.Client"] = ["EdgeSmtp.Abstractions"],
        ["EdgeSmtp.Core"] = ["EdgeSmtp.Abstractions"],
        ["EdgeSmtp.Pipeline"] = ["EdgeSmtp.Core"],
        ["EdgeSmtp.Queue"] = ["EdgeSmtp.Core"],
        ["EdgeSmtp.Dns"] = ["EdgeSmtp.Core"],
        ["EdgeSmtp.Sessions"] = ["EdgeSmtp.Pipeline", "EdgeSmtp.Core"],
        ["EdgeSmtp.Templates"] = [],
        ["EdgeSmtp.Delivery"] = ["EdgeSmtp.Core", "EdgeSmtp.Client"],
    };

    private static readonly string[] AllowedToFilters = ["EdgeSmtp.Abstractions", "EdgeSmtp.Toolkit", "EdgeSmtp.Client"];

    [Fact]
    public void SourceProjects_References_FollowTheArrows()
    {
        var wrong =
            from project in ProjectFile.All
            where project.IsSource && !project.IsTestingProduct && project.Name != "EdgeSmtp.Server"
            from reference in project.References
            where !Allowed.TryGetValue(project.Name, out string[]? allowed) || !allowed.Contains(reference)
            select $"{project.Name} -> {reference}";
        House.HasNo(wrong);
    }

    [Fact]
    public void SourceProjects_Names_AreTheKnownOnes()
    {
        var unknown = ProjectFile.All
            .Where(project => project.IsSource && !project.IsTestingProduct && project.Name != "EdgeSmtp.Server")
            .Select(project => project.Name)
            .Except(Allowed.Keys);
        House.HasNo(unknown);
    }

    [Fact]
    public void Filters_References_AreThoseOfAStrangersPlugIn()
    {
        var wrong =
            from project in ProjectFile.All
            where project.IsFilter
            from reference in project.References
            where !AllowedToFilters.Contains(reference)
            select $"{project.Name} -> {reference}";
        House.HasNo(wrong);
    }

    [Fact]
    public void Testing_IsReferredTo_ByNoProgramAndNoFilter()
    {
        var wrong =
            from project in ProjectFile.All
            where (project.IsSource && !project.IsTestingProduct) || project.IsFilter
            from reference in project.References
            where reference.StartsWith("EdgeSmtp.Testing", StringComparison.Ordinal)
            select $"{project.Name} -> {reference}";
        House.HasNo(wrong);
    }

    [Fact]
    public void Server_IsReferredTo_ByTestsAndBenchmarksOnly()
    {
        var wrong =
            from project in ProjectFile.All
            where project.IsSource || project.IsFilter
            where project.References.Contains("EdgeSmtp.Server")
            select project.Name;
        House.HasNo(wrong);
    }

    [Fact]
    public void EveryReference_PointsAt_AProjectThatExists()
    {
        var names = ProjectFile.All.Select(project => project.Name).ToHashSet(StringComparer.Ordinal);
        var missing = ProjectFile.All.SelectMany(project => project.References.Where(reference => !names.Contains(reference)));
        House.HasNo(missing);
        Assert.True(names.Count >= 20, $"Only {names.Count} projects were found, so these tests looked in the wrong place.");
    }

    [Fact]
    public void Solution_Holds_EveryProject()
    {
        string solution = File.ReadAllText(SourceTree.PathOf("EdgeSmtp.sln")).Replace('\\', '/');
        var missing = ProjectFile.All.Select(project => project.Path).Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal));
        House.HasNo(missing);
    }
}
