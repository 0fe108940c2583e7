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

    /// <inheritdoc />
    public override bool IsUnverified => Unverified;

    /// <summary>What <see cref="IsUnverified"/> says. Default as in the session.</summary>
    public bool Unverified { get; set; } = transaction.Session is TestSession { RecipientsAreUnverified: true };

    /// <inheritdoc />
    public override bool DefersWhenUnknown => Defers;

    /// <summary>What <see cref="DefersWhenUnknown"/> says. Default no.</summary>
    public bool Defers { get; set; }

    /// <inheritdoc />
    public override string? BaseKey => BaseKeyGiven;

    /// <summary>What <see cref="BaseKey"/> says. Default: the address without what follows a <c>+</c>.</summary>
    public string? BaseKeyGiven { get; set; } = WithoutExtension(TestPath.Of(forwardPath).Key);

    /// <summary>What <see cref="IsLocalDomain"/> says. Default yes.</summary>
    public bool IsLocal { get; set; } = true;

    private static string? WithoutExtension(string key)
    {
        int cut = key.IndexOf('+', StringComparison.Ordinal);
        int at = key.LastIndexOf('@');
        return cut > 0 && cut < at ? string.Concat(key.AsSpan(0, cut), key.AsSpan(at)) : null;
    }
}
