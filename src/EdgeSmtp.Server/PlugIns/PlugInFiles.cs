using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>
/// The files of one plug-in. They are run from a copy, so that an operator may replace them at any time: an assembly that is mapped into memory must not change, and one that is
/// loaded late must belong to the same version as those before it.
/// </summary>
internal static class PlugInFiles
{
    /// <summary>Every file below a folder, in a fixed order.</summary>
    /// <param name="folder">The folder.</param>
    public static string[] Below(string folder)
    {
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>Tells one version of the files from another: names and contents.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string FingerprintOf(string folder)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] length = new byte[sizeof(long)];
        byte[] buffer = new byte[64 * 1024];
        foreach (string file in Below(folder))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file) + "\0"));
            using FileStream stream = File.OpenRead(file);
            BinaryPrimitives.WriteInt64LittleEndian(length, stream.Length);
            hash.AppendData(length);
            for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Copies the files into a new folder that only this user may enter.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static string Copy(string folder)
    {
        string copy = Directory.CreateTempSubdirectory("edgesmtp-plugin-").FullName;
        try
        {
            foreach (string file in Below(folder))
            {
                string target = Path.Combine(copy, Path.GetRelativePath(folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            return copy;
        }
        catch
        {
            Delete(copy);
            throw;
        }
    }

    /// <summary>Deletes a copy. Pages that are still mapped stay until their context is gone.</summary>
    /// <param name="copy">The copy.</param>
    public static void Delete(string copy)
    {
        try
        {
            Directory.Delete(copy, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It lies in the temporary folder, which is swept by others.
        }
    }

    /// <summary>The first file or folder that everybody may write to: whoever can change a plug-in is the server.</summary>
    /// <param name="folder">The folder of one plug-in, or of all.</param>
    /// <returns><c>null</c> when there is none.</returns>
    public static string? FindOpenToAll(string folder) =>
        Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder).FirstOrDefault(static path => File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherWrite));
}
