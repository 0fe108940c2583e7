using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Abstractions;

/// <summary>One forward-path of a transaction.</summary>
public abstract class Recipient : FilterSubject
{
    /// <summary>The transaction.</summary>
    public abstract Transaction Transaction { get; }

    /// <summary>Position among the accepted recipients, from 0.</summary>
    public abstract int Index { get; }

    /// <summary>The forward-path.</summary>
    public abstract MailPath ForwardPath { get; }

    /// <summary>NOTIFY parameter (RFC 3461 §4.1).</summary>
    public abstract DsnNotify Notify { get; }

    /// <summary>ORCPT parameter as received, <c>addr-type;xtext</c> (RFC 3461 §4.2); <c>null</c> when not given.</summary>
    public abstract string? OriginalRecipient { get; }

    /// <summary>Whether this is postmaster, who is always valid and by default exempt from the checks of connection and envelope (RFC 5321 §4.5.1).</summary>
    public abstract bool IsPostmaster { get; }

    /// <summary>Whether the domain of the recipient is one of ours; <c>false</c> when mail is relayed for a client.</summary>
    public abstract bool IsLocalDomain { get; }

    /// <summary>
    /// Whether its domain leaves it to the filters whether the mailbox exists (<c>"Recipients": "filter"</c>): a filter with <see cref="FilterTraits.DecidesRecipients"/>
    /// then decides. Otherwise the mailbox is known to exist, or is a postmaster, or is somewhere else.
    /// </summary>
    public virtual bool IsUnverified => false;

    /// <summary>Whether an access rule wants the client to come again when the mailbox does not exist (450 instead of 550). Means something only while <see cref="IsUnverified"/>.</summary>
    public virtual bool DefersWhenUnknown => false;

    /// <summary>
    /// The key of the base address, without the extension behind the domain's <c>RecipientDelimiter</c> (RFC 5233): what is looked for when
    /// <see cref="MailPath.Key"/> of the forward-path is not known. <c>null</c> when the address has no extension.
    /// </summary>
    public virtual string? BaseKey => null;
}
