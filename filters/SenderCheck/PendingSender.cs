using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>What MAIL left open because the DNS has to be heard first, and who settles it at RCPT.</summary>
internal sealed class PendingSender
{
    /// <summary>Of a sender of whom MAIL left nothing open.</summary>
    public static readonly PendingSender Settled = new() { Sender = MailPath.Null };

    /// <summary>The sender.</summary>
    public required MailPath Sender { get; init; }

    /// <summary>Who the client is; <c>null</c> when nothing depends on it.</summary>
    public Task<ClientIdentity>? Client { get; init; }

    /// <summary>Rules that allow the sender if they know the client's name; <c>null</c> when nobody asks them.</summary>
    public ISenderRules? Rules { get; init; }

    /// <summary>The list whose lines for clients are to be asked; <c>null</c> when none are.</summary>
    public BadSenderList? List { get; init; }

    /// <summary>What the list says of the sender.</summary>
    public BadSenderKinds Kinds { get; init; }

    /// <summary>What later lines of the list say; speaks when the earlier ones, which need the client's name, do not.</summary>
    public Verdict Later { get; init; }

    /// <summary>Whether the domain takes mail; <c>null</c> when it is not asked.</summary>
    public Task<SenderDomainStatus>? Domain { get; init; }

    /// <summary>Judges, as soon as everything is known.</summary>
    /// <param name="sparesDomain">Whether the domain is left out, whatever was begun.</param>
    /// <param name="cancellationToken">The deadline of the wait.</param>
    public ValueTask<Verdict> JudgeAsync(bool sparesDomain, CancellationToken cancellationToken)
    {
        Task<SenderDomainStatus>? domain = sparesDomain ? null : Domain;
        return Client is null or { IsCompletedSuccessfully: true } && domain is null or { IsCompletedSuccessfully: true }
            ? Judge(Client?.Result, domain?.Result ?? SenderDomainStatus.Good)
            : WaitAsync(domain, cancellationToken);
    }

    private async ValueTask<Verdict> WaitAsync(Task<SenderDomainStatus>? asked, CancellationToken cancellationToken)
    {
        ClientIdentity? client = Client is null ? null : await Client.WaitAsync(cancellationToken).ConfigureAwait(false);
        SenderDomainStatus domain = asked is null ? SenderDomainStatus.Good : await asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Judge(client, domain);
    }

    private Verdict Judge(ClientIdentity? client, SenderDomainStatus domain)
    {
        Verdict verdict = domain switch
        {
            SenderDomainStatus.Unknown => Verdict.From(SenderCheckFilter.DomainUnknown, Sender.DomainALabel),
            SenderDomainStatus.NullMx => Verdict.From(SenderCheckFilter.NullMx, Sender.DomainALabel),
            SenderDomainStatus.TemporaryFailure => Verdict.From(SenderCheckFilter.DomainFailed, Sender.DomainALabel),
            _ => Verdict.Continue,
        };

        // What is certain outweighs what is not known now: a refusal for good is not put off.
        verdict = client is null ? verdict : Verdict.MostSevere(verdict, JudgeClient(client));
        return Verdict.MostSevere(verdict, Later);
    }

    private Verdict JudgeClient(ClientIdentity client)
    {
        if (client.Status == DnsStatus.TemporaryFailure)
        {
            // D14 of the specification: not "unknown", and one reply only.
            return Verdict.From(SenderCheckFilter.ClientFailed);
        }

        if (Rules is not null && client.CheckRules(Rules, Sender) is { Reason: not null } refused)
        {
            return refused;
        }

        if (List is null)
        {
            return Verdict.Continue;
        }

        if (client.Name is null)
        {
            return (Kinds & BadSenderKinds.NamedClientsOnly) != 0 ? Verdict.From(SenderCheckFilter.ClientUnknown, $"- {Sender.Key}") : Verdict.Continue;
        }

        if (client.IsIn(Sender.DomainALabel))
        {
            return Verdict.Continue;
        }

        if ((Kinds & BadSenderKinds.OwnHostsOnly) != 0)
        {
            return Verdict.From(SenderCheckFilter.ForeignHost, $"= {client.Name}");
        }

        return !Sender.IsNull && List.NamesHost(client.Name) ? Verdict.From(SenderCheckFilter.Mismatch, $"~ {client.Name}") : Verdict.Continue;
    }
}
