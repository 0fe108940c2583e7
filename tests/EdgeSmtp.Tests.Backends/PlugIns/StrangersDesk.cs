using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.PlugIns;

/// <summary>A folder of somebody who has the packages and not the sources: package cache and templates of his own, so that no test sees the packages of another build.</summary>
internal sealed class StrangersDesk : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public TempFolder Folder { get; } = new();

    /// <summary>Runs a script in the folder to its end.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(string script, params IEnumerable<string> environment)
    {
        string file = Folder.Write("script.sh", script);
        string home = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string[] settings =
        [
            $"REPO={Clone.Root}",
            $"DOTNET_CLI_HOME={Folder.PathOf("home")}", $"NUGET_PACKAGES={Folder.PathOf("home/packages")}", $"NUGET_FALLBACK_PACKAGES={home}",
            "DOTNET_CLI_TELEMETRY_OPTOUT=1", "DOTNET_NOLOGO=1", "MSBUILDDISABLENODEREUSE=1", "UseSharedCompilation=false", "CI=",
            .. environment,
        ];
        await using ChildProcess process = ChildProcess.Start(Folder.Path, "script", "env", [.. settings, "bash", file]);
        int code = await process.ExitAsync(Limit);
        return code == 0 ? process.Output : throw new InvalidOperationException($"The script ended with {code}:\n{process.OutputTail}");
    }

    public void Dispose() => Folder.Dispose();
}
