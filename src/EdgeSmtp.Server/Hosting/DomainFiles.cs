using System.Text;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Reads files of domains. Nothing is taken of a file that is missing or wrong, and a configuration that names one is refused: no list means no relaying.</summary>
internal static class DomainFiles
{
    private const string CdbSuffix = ".cdb";

    /// <summary>Reads all.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="entry">Makes the entry of one domain.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <returns>Our domains: those of the configuration, then those of text files, then those of databases. What comes first counts.</returns>
    public static DomainTable Read(ServerOptions options, Func<string, DomainOptions, DomainEntry> entry, ICollection<string> errors)
    {
        Dictionary<string, DomainEntry> entries = new(StringComparer.Ordinal);
        List<IDomainSource> sources = [];
        foreach ((string name, DomainOptions domain) in options.Domains)
        {
            string canonical = DomainCheck.Canonical(name)!;
            entries.Add(canonical, entry(canonical, domain));
        }

        foreach ((string name, DomainFileOptions file) in options.DomainFiles)
        {
            string place = $"{nameof(options.DomainFiles)}:{name}:{nameof(file.Path)}";
            try
            {
                if (file.Path!.EndsWith(CdbSuffix, StringComparison.Ordinal))
                {
                    sources.Add(new CdbDomains(CdbReader.Open(file.Path), domain => entry(domain, file)));
                }
                else
                {
                    AddText(entries, file, entry, place, errors);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                errors.Add($"{place}: {exception.Message}");
            }
        }

        return new DomainTable(entries.Values, sources);
    }

    private static void AddText(
        Dictionary<string, DomainEntry> entries, DomainFileOptions file, Func<string, DomainOptions, DomainEntry> entry, string place, ICollection<string> errors)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file.Path!, Encoding.UTF8))
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            if (DomainCheck.Canonical(text) is not { } domain)
            {
                errors.Add($"{place}: '{text}' in line {number} is not a domain name");
            }
            else if (!entries.ContainsKey(domain))
            {
                entries.Add(domain, entry(domain, file));
            }
        }
    }
}
