namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Counts the open descriptors of this process that are sockets or lie in a folder.</summary>
internal static class Descriptors
{
    public static int Sockets => Count(static target => target.StartsWith("socket:", StringComparison.Ordinal));

    public static int In(string folder) => Count(target => target.StartsWith(folder, StringComparison.Ordinal));

    private static int Count(Func<string, bool> counts) =>
        Directory.GetFiles("/proc/self/fd").Count(link => TargetOf(link) is { } target && counts(target));

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
