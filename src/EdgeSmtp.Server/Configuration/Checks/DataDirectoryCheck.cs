using System.Text;
using EdgeSmtp.Server.Admin;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>The data directory: only we may enter it, and its socket has a path that the system takes. It may be missing; the start makes it.</summary>
internal sealed class DataDirectoryCheck : IConfigurationCheck
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        if (context.Options.DataDirectory is not { } path)
        {
            return;
        }

        int bytes = Encoding.UTF8.GetByteCount(AdminSocket.PathOf(path));
        if (bytes > AdminSocket.PathBytesMax)
        {
            context.Error($"its path is too long: admin.sock in it would have {bytes} bytes of at most {AdminSocket.PathBytesMax}", nameof(ServerOptions.DataDirectory));
        }

        if (File.Exists(path))
        {
            context.Error($"'{path}' is a file", nameof(ServerOptions.DataDirectory));
        }
        else if (Directory.Exists(path) && (File.GetUnixFileMode(path) & ~Owner) is var open && open != 0)
        {
            context.Error($"others may enter '{path}': chmod 0700 it", nameof(ServerOptions.DataDirectory));
        }
    }

    /// <summary>Makes the directory.</summary>
    /// <param name="path">The data directory.</param>
    public static void Create(string path) => Directory.CreateDirectory(path, Owner);
}
