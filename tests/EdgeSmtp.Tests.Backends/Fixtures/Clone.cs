namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>The clone that this assembly was built in, and what may lie beside it.</summary>
internal static class Clone
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    // artifacts/bin/EdgeSmtp.Tests.Backends/release/ lies below it.
    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "EdgeSmtp.sln")))
                return folder.FullName;
        throw new InvalidOperationException("EdgeSmtp.sln is in no folder above this test.");
    }
}
