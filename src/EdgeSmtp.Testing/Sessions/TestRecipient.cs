using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Testing.Sessions;

/// <summary>A recipient whose every value the test sets.</summary>
/// <param name="transaction">Its transaction.</param>
/// <param name="index">Its position among the accepted ones.</param>
/// <param name="forwardPath">Without angle brackets.</param>
public sealed class TestRecipient(TestTransaction transaction, int index, string forwardPath) : Recipient
{
    /// <inheritdoc />
    public override Transaction Transaction => transaction;

    /// <inheritdoc />
    public override int Index => index;

    /// <inheritdoc />
    public override MailPath ForwardPath { get; } = TestPath.Of(forwardPath);

    /// <inheritdoc />
    public override DsnNotify Notify => NotifyGiven;

    /// <summary>What <see cref="Notify"/> says.</summary>
    public DsnNotify NotifyGiven { get; set; }

    /// <inheritdoc />
    public override string? OriginalRecipient => OriginalGiven;

    /// <summary>What <see cref="OriginalRecipient"/> says.</summary>
    public string? OriginalGiven { get; set; }

    /// <inheritdoc />
    public override bool IsPostmaster => System.Text.Ascii.EqualsIgnoreCase(ForwardPath.LocalPart, "postmaster"u8);

    /// <inheritdoc />
    public override bool IsLocalDomain => IsLocal;

    /// <summary>What <see cref="IsLocalDomain"/> says. Default yes.</summary>
    public bool IsLocal { get; set; } = true;
}
