using Xunit;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Suites and scripts of others that lie beside the project, where they are read in place.</summary>
internal static class SharedSuite
{
    /// <summary>The path of a file below <c>shared/tests</c>; the test is skipped when a clone lies alone.</summary>
    public static string Need(string file)
    {
        string? path = null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null && path is null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "tests", file);
            path = File.Exists(candidate) ? candidate : null;
        }

        Assert.SkipWhen(path is null, $"shared/tests/{file} does not lie beside the project.");
        return path!;
    }
}
