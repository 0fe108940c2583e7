using System.Diagnostics.CodeAnalysis;
using EdgeSmtp.Server.Configuration.Filters;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.PlugIns;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Configuration;

/// <summary>What the files hold. In force only when nothing is wrong.</summary>
/// <param name="Problems">What is wrong, and what to know.</param>
/// <param name="Files">Full paths of all files that were read.</param>
internal sealed record LoadedConfiguration(ConfigProblems Problems, IReadOnlyList<string> Files) : IDisposable
{
    /// <summary>The nodes; <c>null</c> when the text could not be read.</summary>
    public ConfigObject? Root { get; init; }

    /// <summary>The options; <c>null</c> when the text could not be read.</summary>
    public ServerOptions? Options { get; init; }

    /// <summary>The filters; <c>null</c> when the text could not be read.</summary>
    public FilterPlan? Filters { get; init; }

    /// <summary>The access rules.</summary>
    public AccessTable Access { get; init; } = AccessTable.Empty;

    /// <summary>The plug-ins that its filters come from; <c>null</c> when the text could not be read.</summary>
    public PlugInSet? PlugIns { get; init; }

    /// <summary>Whether there is no file.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>Whether it may run.</summary>
    [MemberNotNullWhen(true, nameof(Root), nameof(Options), nameof(Filters))]
    public bool IsValid => Root is not null && Options is not null && Filters is not null && !Problems.HasErrors;

    /// <summary>Gives up a configuration that never came into force. Of one that did, the snapshot made of it is disposed instead.</summary>
    public void Dispose()
    {
        Access.Dispose();
        PlugIns?.Dispose();
    }

    /// <summary>Takes errors that parts of the server found when they were made.</summary>
    /// <param name="errors">Each begins with the way to its option: <c>Routes:next:NextHop: …</c>.</param>
    public void AddErrors(IEnumerable<string> errors)
    {
        foreach (string error in errors)
        {
            string[] parts = error.Split(": ", 2);
            Problems.Error(Root!.Nearest(parts[0].Split(':')).Location, parts.Length == 2 ? parts[0] : string.Empty, parts[^1]);
        }
    }
}
