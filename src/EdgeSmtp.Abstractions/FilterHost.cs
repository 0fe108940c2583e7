namespace EdgeSmtp.Abstractions;

/// <summary>The server that a filter runs in: what it is called, and where a filter may keep files. A reload that changes any of it makes new instances.</summary>
public sealed record FilterHost
{
    /// <summary>A server of which nothing is known: that of a filter tested alone.</summary>
    public static FilterHost Unknown { get; } = new();

    /// <summary>Name in greeting and Received fields (RFC 5321 §4.3.1), as a lower-case A-label. Default <c>localhost</c>.</summary>
    public string Hostname { get; init; } = "localhost";

    /// <summary>Further names of this host, lower-case A-labels, without <see cref="Hostname"/>. Default none.</summary>
    public IReadOnlyList<string> OwnNames { get; init; } = [];

    /// <summary>Name in Authentication-Results fields (RFC 8601 §2.5). Default <c>localhost</c>.</summary>
    public string AuthservId { get; init; } = "localhost";

    /// <summary>Absolute path of the folder that the server keeps its files in; <c>null</c> when there is none, and nothing may be kept.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where a file lies that an option names: relative paths are below <see cref="DataDirectory"/>.</summary>
    /// <param name="file">A file, relative or absolute.</param>
    /// <returns>Its path; <c>null</c> for a relative one when there is no data directory.</returns>
    public string? PathOf(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Path.IsPathRooted(file) ? file : DataDirectory is null ? null : Path.Combine(DataDirectory, file);
    }
}
