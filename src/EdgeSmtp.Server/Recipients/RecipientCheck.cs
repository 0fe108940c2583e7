using System.Text;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Server.Recipients;

/// <summary>Answers for one address what a session would be answered, and tells why. Asks the real backends.</summary>
internal sealed class RecipientCheck
{
    private readonly LoadedConfiguration _loaded;
    private readonly ServerOptions _options;
    private readonly TextWriter _output;
    private readonly Dictionary<string, DomainOptions> _sections = new(StringComparer.Ordinal);
    private readonly DomainTable _domains;

    /// <summary>Reads the domains.</summary>
    /// <param name="loaded">A valid configuration; takes what is wrong with its files of domains.</param>
    /// <param name="output">Takes the steps.</param>
    public RecipientCheck(LoadedConfiguration loaded, TextWriter output)
    {
        _loaded = loaded;
        _options = loaded.Options!;
        _output = output;
        List<string> errors = [];
        _domains = DomainFiles.Read(_options, Entry, errors);
        loaded.AddErrors(errors);
    }

    /// <summary>Looks the address up.</summary>
    /// <param name="address">As a client would write it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it exists; <c>null</c> when nobody can tell now, or it is no address.</returns>
    public async Task<bool?> RunAsync(string address, CancellationToken cancellationToken)
    {
        if (MailPathParser.TryParse(Encoding.UTF8.GetBytes(address), allowUtf8: true, out MailPath path) != PathError.None || path.IsNull)
        {
            _output.WriteLine($"'{address}' is not an address.");
            return null;
        }

        if (_domains.Find(path.DomainALabel) is not { } entry)
        {
            _output.WriteLine($"'{path.DomainALabel}' is not among Domains, nor in DomainFiles: mail for it is taken only from clients that may relay.");
            return false;
        }

        if (Ascii.EqualsIgnoreCase(path.LocalPart, "postmaster"u8))
        {
            _output.WriteLine($"known: postmaster of every domain is (RFC 5321 section 4.5.1); mail for it goes to {_options.Postmaster}.");
            return true;
        }

        return entry.Recipients.IsLeftToFilters ? await AskFiltersAsync(entry, path, cancellationToken) : await AskSourceAsync(entry, path, cancellationToken);
    }

    private DomainEntry Entry(string name, DomainOptions options)
    {
        _sections[name] = options;
        return new DomainEntry(name, options.Recipients!.CreateSource(name), options.Route!, options.RecipientDelimiter);
    }

    private async Task<bool?> AskSourceAsync(DomainEntry entry, MailPath path, CancellationToken cancellationToken)
    {
        (RecipientStatus status, string found) = await entry.FindAsync(path, cancellationToken);
        _output.WriteLine(status == RecipientStatus.Known
            ? $"known: {found}, by {PlaceOf(entry)}."
            : $"unknown: not in {PlaceOf(entry)}.");
        return status == RecipientStatus.Known;
    }

    private string PlaceOf(DomainEntry entry) =>
        _sections[entry.Name] is DomainFileOptions section
            ? $"DomainFiles:{_options.DomainFiles.First(file => ReferenceEquals(file.Value, section)).Key}:Recipients"
            : $"Domains:{entry.Name}:Recipients";

    private async Task<bool?> AskFiltersAsync(DomainEntry entry, MailPath path, CancellationToken cancellationToken)
    {
        using DnsResolver dns = new(_options.Dns, TimeProvider.System, new MetricRecorder());
        bool? result = true;
        foreach (FilterInstance instance in _loaded.Filters!.Steps.SelectMany(static step => step.Members))
        {
            if (instance.Options is not RecipientsFilterOptions options)
            {
                continue;
            }

            _output.WriteLine($"filter {instance.Name}:");
            OfflineFilterContext context = new(instance.Name, dns, NullLogger.Instance);
            await using RecipientLookup lookup = new(options, context);
            List<string> steps = [];
            RecipientFinding finding = await lookup.ExplainAsync(path.DomainALabel, path.Key, entry.BaseKeyOf(path.Key), steps, cancellationToken);
            steps.ForEach(step => _output.WriteLine($"  {step}"));
            _output.WriteLine(TextOf(finding));
            result = finding.Kind switch
            {
                RecipientFindingKind.Unknown => false,
                RecipientFindingKind.Failed => result is false ? false : null,
                _ => result,
            };
        }

        return result;
    }

    private static string TextOf(in RecipientFinding finding) => finding.Kind switch
    {
        RecipientFindingKind.Known => $"known, by line '{finding.Detail}'.",
        RecipientFindingKind.Wild => $"taken, since line '{finding.Detail}' accepts every address.",
        RecipientFindingKind.Unknown => "unknown: no line knows it.",
        _ => $"nobody can tell now: {finding.Detail}.",
    };
}
