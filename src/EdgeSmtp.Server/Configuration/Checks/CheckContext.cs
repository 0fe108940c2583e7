using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>What a check sees: options whose single values are valid.</summary>
/// <param name="Options">The configuration.</param>
/// <param name="Root">Its nodes, for places.</param>
/// <param name="Problems">Takes what is wrong.</param>
/// <param name="IsEmbedded">Whether there is no file: the name of the host is then taken as it is.</param>
internal sealed record CheckContext(ServerOptions Options, ConfigObject Root, ConfigProblems Problems, bool IsEmbedded)
{
    /// <summary>Adds an error, unless the option has one already.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="path">Keys of the option.</param>
    public void Error(string message, params ReadOnlySpan<string> path)
    {
        string option = string.Join(':', path!);
        if (!Problems.HasErrorAt(option))
        {
            Problems.Error(Root.Nearest(path).Location, option, message);
        }
    }

    /// <summary>Adds a warning.</summary>
    /// <param name="message">What to know.</param>
    /// <param name="path">Keys of the option.</param>
    public void Warn(string message, params ReadOnlySpan<string> path) => Problems.Warn(Root.Nearest(path), message);

    /// <summary>Checks that a name names something.</summary>
    /// <param name="name">The name; <c>null</c> is right.</param>
    /// <param name="known">What there is.</param>
    /// <param name="kind">What it is, such as <c>route</c>.</param>
    /// <param name="path">Keys of the option.</param>
    public void Reference(string? name, IEnumerable<string> known, string kind, params ReadOnlySpan<string> path)
    {
        if (name is not null && !known.Contains(name, StringComparer.Ordinal))
        {
            Error($"there is no {kind} '{name}'{Suggestion.For(name, known)}", path);
        }
    }
}
