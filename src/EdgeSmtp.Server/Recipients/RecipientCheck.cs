using System.Text;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Checks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Server.Recipients;

/// <summary>Answers for one address what a session would be answered, and tells why. Asks the real backends.</summary>
/// <param name="loaded">A valid configuration.</param>
/// <param name="output">Takes the steps.</param>
internal sealed class RecipientCheck(LoadedConfiguration loaded, TextWriter output)
{
    private readonly ServerOptions _options = loaded.Options!;

    /// <summary>Looks the address up.</summary>
    /// <param name="address">As a client would write it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it exists; <c>null</c> when nobody can tell now, or it is no address.</returns>
    public async Task<bool?> RunAsync(string address, CancellationToken cancellationToken)
    {
        if (MailPathParser.TryParse(Encoding.UTF8.GetBytes(address), allowUtf8: true, out MailPath path) != PathError.None || path.IsNull)
        {
            output.WriteLine($"'{address}' is not an address.");
            return null;
        }

        DomainTable domains = new(_options.Domains.Select(static domain => Entry(DomainCheck.Canonical(domain.Key)!, domain.Value)));
        if (domains.Find(path.DomainALabel) is not { } entry)
        {
            output.WriteLine($"'{path.DomainALabel}' is not among Domains: mail for it is taken only from clients that may relay.");
            return false;
        }

        if (Ascii.EqualsIgnoreCase(path.LocalPart, "postmaster"u8))
        {
            output.WriteLine($"known: postmaster of every domain is (RFC 5321 section 4.5.1); mail for it goes to {_options.Postmaster}.");
            return true;
        }

        return entry.Recipients.IsLeftToFilters ? await AskFiltersAsync(entry, path, cancellationToken) : await AskSourceAsync(entry, path, cancellationToken);
    }

    private static DomainEntry Entry(string name, DomainOptions options) => new(name, options.Recipients!.CreateSource(name), options.Route!, options.RecipientDelimiter);

    private async Task<bool?> AskSourceAsync(DomainEntry entry, MailPath path, CancellationToken cancellationToken)
    {
        (RecipientStatus status, string found) = await entry.FindAsync(path, cancellationToken);
        output.WriteLine(status == RecipientStatus.Known
            ? $"known: {found}, by Domains:{entry.Name}:Recipients."
            : $"unknown: not in Domains:{entry.Name}:Recipients.");
        return status == RecipientStatus.Known;
    }

    private async Task<bool?> AskFiltersAsync(DomainEntry entry, MailPath path, CancellationToken cancellationToken)
    {
        using DnsResolver dns = new(_options.Dns, TimeProvider.System, new MetricRecorder());
        bool? result = true;
        foreach (FilterInstance instance in loaded.Filters!.Steps.SelectMany(static step => step.Members))
        {
            if (instance.Options is not RecipientsFilterOptions options)
            {
                continue;
            }

            output.WriteLine($"filter {instance.Name}:");
            OfflineFilterContext context = new(instance.Name, dns, NullLogger.Instance);
            await using RecipientLookup lookup = new(options, context);
            List<string> steps = [];
            RecipientFinding finding = await lookup.ExplainAsync(path.DomainALabel, path.Key, entry.BaseKeyOf(path.Key), steps, cancellationToken);
            steps.ForEach(step => output.WriteLine($"  {step}"));
            output.WriteLine(TextOf(finding));
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
