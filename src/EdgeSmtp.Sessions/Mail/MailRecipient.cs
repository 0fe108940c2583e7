using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>A recipient as filters see it, and where its mail really goes.</summary>
internal sealed class MailRecipient(MailTransaction transaction, int index, in RcptCommand command, in RecipientDecision decision, MailPath destination) : Recipient
{
    private readonly DomainEntry? _leftToFilters = decision.LeftToFilters;

    /// <inheritdoc />
    public override Transaction Transaction => transaction;

    /// <inheritdoc />
    public override int Index { get; } = index;

    /// <inheritdoc />
    public override MailPath ForwardPath { get; } = command.ForwardPath;

    /// <inheritdoc />
    public override DsnNotify Notify { get; } = command.Notify;

    /// <inheritdoc />
    public override string? OriginalRecipient { get; } = command.OriginalRecipient;

    /// <inheritdoc />
    public override bool IsPostmaster { get; } = decision.IsPostmaster;

    /// <inheritdoc />
    public override bool IsLocalDomain { get; } = decision.IsLocalDomain;

    /// <inheritdoc />
    public override bool IsUnverified => _leftToFilters is not null;

    /// <inheritdoc />
    public override bool DefersWhenUnknown { get; } = decision.DefersWhenUnknown;

    /// <inheritdoc />
    public override string? BaseKey => _leftToFilters?.BaseKeyOf(ForwardPath.Key);

    /// <summary>The mailbox that gets the mail: for postmaster the configured one, else the forward-path.</summary>
    public MailPath Destination { get; } = destination;
}
