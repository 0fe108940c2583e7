using EdgeSmtp.Core.Tls;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Configuration;

/// <summary>Makes file names of the configuration absolute: they are relative to the file that they stand in, not to wherever the program was started.</summary>
internal static class ConfigurationPaths
{
    /// <summary>Resolves.</summary>
    /// <param name="options">Bound options.</param>
    /// <param name="folder">Folder of the main file.</param>
    public static ServerOptions Resolve(ServerOptions options, string folder)
    {
        foreach (CertificateOptions certificate in options.Certificates.Values)
        {
            certificate.CertificateFile = Path.Combine(folder, certificate.CertificateFile);
            certificate.KeyFile = certificate.KeyFile is null ? null : Path.Combine(folder, certificate.KeyFile);
        }

        foreach (AccessRulesOptions rules in options.AccessRules.Values)
        {
            rules.File = rules.File is null ? null : Path.Combine(folder, rules.File);
        }

        options = options with
        {
            PlugInFolder = options.PlugInFolder is { } plugIns ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, plugIns))) : null,
            DomainFiles = options.DomainFiles.ToDictionary(static file => file.Key, file => file.Value with { Path = Absolute(folder, file.Value.Path) }, StringComparer.Ordinal),
        };
        if (options.DataDirectory is null)
        {
            return options;
        }

        string data = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, options.DataDirectory)));
        EventLogOptions events = options.Log.Events;
        events = events with { File = Absolute(data, events.File), Multilog = events.Multilog with { Directory = Absolute(data, events.Multilog.Directory) } };
        options.Queue.Directory = QueueOf(data);
        return options with { DataDirectory = data, Log = options.Log with { Events = events } };
    }

    /// <summary>Where lies what <c>edgesmtp explain</c> reads.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    public static string ExplainOf(string dataDirectory) => Path.Combine(dataDirectory, "explain");

    /// <summary>Where lies what <c>edgesmtp replay</c> reads.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    public static string CaptureOf(string dataDirectory) => Path.Combine(dataDirectory, "capture");

    private static string? Absolute(string folder, string? path) => path is null ? null : Path.Combine(folder, path);

    /// <summary>Where the queue lies.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    public static string QueueOf(string dataDirectory) => Path.Combine(dataDirectory, "queue");
}
