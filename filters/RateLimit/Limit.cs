using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Rates;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>One limit: its rule, its table, and whose bucket is asked.</summary>
internal sealed class Limit
{
    private readonly byte[] _scope;
    private readonly FilterContext _context;

    public Limit(int index, string name, RateLimitOptions options, FilterContext context)
    {
        Index = index;
        Name = name;
        Options = options;
        Rule = new RateRule(options.Rate, options.Period, options.Burst ?? options.Rate);
        ScoreName = $"rate.{name}";

        // Named by what is counted: a reload that only changes rates goes on with what everybody owes, and every profile shares it.
        string scope = $"{name} {options.Unit} {options.Key}";
        _scope = Encoding.UTF8.GetBytes(scope);
        _context = context;
        Table = context.State<IRateTable>($"limit {scope}", () => new TokenBucketTable($"Limit '{name}'", options.KeysMax, context.Time, context.Logger));
    }

    /// <summary>Position among the limits, 0 to 31.</summary>
    public int Index { get; }

    public string Name { get; }

    public RateLimitOptions Options { get; }

    public RateRule Rule { get; }

    public string ScoreName { get; }

    public IRateTable Table { get; }

    /// <summary>Whether it counts each domain of a transaction apart.</summary>
    public bool IsByDomain => Options.Key == RateKeyKind.RecipientDomain;

    /// <summary>The bucket to ask; none when the limit is not for this client, or when what it goes by is not known.</summary>
    public bool TryKey(in Occasion at, out UInt128 key)
    {
        key = default;
        Session session = at.Session;
        if (Options.Match != RateMatch.Any && session.MayRelay != (Options.Match == RateMatch.Relay))
        {
            return false;
        }

        KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);
        digest.Add(_scope);
        bool isKnown = Options.Key switch
        {
            RateKeyKind.Client => AddNetwork(ref digest, session),
            RateKeyKind.Helo => AddText(ref digest, session.Hello.AsSpan().TrimEnd('.')) && AddNetwork(ref digest, session),
            RateKeyKind.User => AddText(ref digest, session.AuthenticatedUser) && AddNetworkIfAsked(ref digest, session),
            RateKeyKind.Sender => at.Transaction is not null && AddSender(ref digest, at.Transaction),
            _ => at.Recipient is not null && AddDomain(ref digest, at.Recipient.ForwardPath) && AddNetworkIfAsked(ref digest, session),
        };
        if (isKnown)
        {
            key = digest.Finish();
        }

        return isKnown;
    }

    private static bool AddText(ref KeyDigest digest, ReadOnlySpan<char> text)
    {
        digest.AddLower(text);
        return !text.IsEmpty;
    }

    private static bool AddDomain(ref KeyDigest digest, MailPath path)
    {
        // Postmaster without domain is a recipient like others, of a domain without name.
        digest.AddLower(path.DomainALabel);
        return true;
    }

    private bool AddSender(ref KeyDigest digest, Transaction transaction)
    {
        digest.Add(transaction.ReversePath);

        // Anybody can write any sender: it is counted for each network apart, unless its domain itself says that this client may send for it.
        return IsSpfPass(transaction) || AddNetwork(ref digest, transaction.Session);
    }

    private bool IsSpfPass(Transaction transaction) =>
        _context.TryRead(transaction, AuthenticationFacts.Spf, out SpfResult? spf)
        && spf is { Status: SpfStatus.Pass, Identity: SpfIdentity.MailFrom, Source: SpfSource.Record }
        && string.Equals(spf.Domain, transaction.ReversePath.DomainALabel, StringComparison.Ordinal);

    private bool AddNetworkIfAsked(ref KeyDigest digest, Session session) => !Options.PerNetwork || AddNetwork(ref digest, session);

    private bool AddNetwork(ref KeyDigest digest, Session session)
    {
        digest.Add(ClientNetwork.Of(session.Client.Address, Options.PrefixV4, Options.PrefixV6));
        return true;
    }
}
