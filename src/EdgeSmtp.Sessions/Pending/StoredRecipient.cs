using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>A recipient made again from what was stored of it.</summary>
/// <param name="transaction">Its transaction.</param>
/// <param name="index">Its position.</param>
/// <param name="stored">What was stored.</param>
internal sealed class StoredRecipient(StoredTransaction transaction, int index, EnvelopeRecipient stored) : Recipient
{
    /// <summary>What was stored.</summary>
    public EnvelopeRecipient Stored => stored;

    /// <inheritdoc />
    public override Transaction Transaction => transaction;

    /// <inheritdoc />
    public override int Index => index;

    /// <inheritdoc />
    public override MailPath ForwardPath => stored.Origin?.ForwardPath ?? stored.ForwardPath;

    /// <inheritdoc />
    public override DsnNotify Notify => stored.Notify;

    /// <inheritdoc />
    public override string? OriginalRecipient => stored.OriginalRecipient;

    /// <inheritdoc />
    public override bool IsPostmaster => stored.Origin is { IsPostmaster: true };

    /// <inheritdoc />
    public override bool IsLocalDomain => stored.Origin is { IsLocalDomain: true };
}
