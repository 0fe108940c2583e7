using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>
/// Refuses mail of an unknown triple of client network, sender and recipient for some minutes: a mail server comes again, much of what bots run does not. Acts only on
/// the domains that ask for it.
/// </summary>
public sealed class GreylistFilter : IRcptFilter
{
    /// <summary>Not known yet; the text says when to come again.</summary>
    public static readonly FilterReason Greylisted = new(VerdictKind.Defer, "greylisted", 451, "4.7.1", "Greylisted, try again later");

    private readonly GreylistFilterOptions _options;
    private readonly FilterContext _context;
    private readonly DomainList _domains;
    private readonly DomainList _spfPassDomains;
    private readonly GreylistRules _rules;
    private readonly GreylistStore _store;

    /// <summary>Creates the filter.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">Its context.</param>
    public GreylistFilter(GreylistFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _options = options;
        _context = context;
        _domains = new DomainList(options.Domains);
        _spfPassDomains = new DomainList(options.SpfPassDomains);
        _rules = new GreylistRules(options.Delay, options.RetryWindow, options.KeepFor, options.AutoAllowAfter);

        // Named by its file: a reload with the same one, and every profile, goes on with what is known, and no file is ever written by two.
        _store = context.State($"store {options.StorePath}", () => GreylistStore.Open(options, context.Time, context.Logger));
    }

    /// <inheritdoc />
    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(recipient);
        if (transaction.Session.AuthenticatedUser is not null || !_domains.Contains(recipient.ForwardPath.DomainALabel) || IsSpfPass(transaction))
        {
            return Verdict.Continue;
        }

        ClientNetwork network = ClientNetwork.Of(transaction.Session.Client.Address, _options.PrefixV4, _options.PrefixV6);
        TimeSpan wait = _store.Ask(TripleOf(network, transaction, recipient), ClientOf(network), _rules);
        return wait == TimeSpan.Zero ? Verdict.Continue : Defer(wait);
    }

    private bool IsSpfPass(Transaction transaction) =>
        _spfPassDomains.Contains(transaction.ReversePath.DomainALabel)
        && _context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? spf)
        && spf is { Status: SpfStatus.Pass, Identity: SpfIdentity.MailFrom, Source: SpfSource.Record }
        && string.Equals(spf.Domain, transaction.ReversePath.DomainALabel, StringComparison.Ordinal);

    private static Verdict Defer(TimeSpan wait)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"Greylisted, try again in {Math.Ceiling(wait.TotalSeconds):0} seconds");
        return Verdict.From(Greylisted with { Text = text });
    }

    private static UInt128 ClientOf(ClientNetwork network)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(network);
        return digest.Finish();
    }

    private UInt128 TripleOf(ClientNetwork network, Transaction transaction, Recipient recipient)
    {
        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(network);
        if (_options.NormalizeSender)
        {
            digest.AddWithoutNumbers(transaction.ReversePath);
        }
        else
        {
            digest.Add(transaction.ReversePath);
        }

        digest.Add(recipient.ForwardPath);
        return digest.Finish();
    }
}
