using System.Text;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration;

/// <summary>What runs when there is no file: loopback only, for a first look. Read like any file, so that it can be printed and taken as a start.</summary>
internal static class EmbeddedConfiguration
{
    /// <summary>Its name in messages.</summary>
    public const string Name = "(embedded default)";

    /// <summary>Variable that moves its data directory.</summary>
    public const string DataVariable = "EDGESMTP_DATA";

    /// <summary>Its data directory, in the working directory.</summary>
    public const string DefaultDataDirectory = "edgesmtp-data";

    /// <summary>Stands in the printed file for the name of the host, which may be none that a file is allowed to have. Reserved for documentation (RFC 2606 §3).</summary>
    private const string PrintedHostname = "mx.example.org";

    /// <summary>Its bytes.</summary>
    public static byte[] Read()
    {
        using Stream stream = typeof(EmbeddedConfiguration).Assembly.GetManifestResourceStream("embedded.json")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Its text as a file that is valid as it stands: with a file only the environment counts, and that need not have its variables.</summary>
    public static string Print() => Encoding.UTF8.GetString(Read())
        .Replace("${HOSTNAME}", PrintedHostname, StringComparison.Ordinal)
        .Replace($"${{{DataVariable}}}", DefaultDataDirectory, StringComparison.Ordinal);

    /// <summary>Its variables: name of the host, and where data goes.</summary>
    /// <param name="dataDirectory">What the command line says, or <c>null</c>.</param>
    public static EnvironmentVariables Variables(string? dataDirectory)
    {
        // A container may have a name that is no domain name; localhost always is one.
        string host = DomainName.ToALabel(Environment.MachineName) ?? "localhost";
        string data = dataDirectory ?? Environment.GetEnvironmentVariable(DataVariable) ?? DefaultDataDirectory;
        return new EnvironmentVariables(name => name switch
        {
            "HOSTNAME" => host,
            DataVariable => data,
            _ => null,
        });
    }
}
