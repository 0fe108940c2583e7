namespace EdgeSmtp.Server.Admin;

/// <summary>Where the admin socket lies.</summary>
internal static class AdminSocket
{
    /// <summary>Longest path of a Unix socket: 108 bytes in sockaddr_un, one for the final NUL.</summary>
    public const int PathBytesMax = 107;

    /// <summary>The socket of a data directory.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    public static string PathOf(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "admin.sock");
}
