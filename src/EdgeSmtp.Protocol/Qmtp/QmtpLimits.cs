namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>What a package may measure.</summary>
public sealed record QmtpLimits
{
    /// <summary>The limits of qmail-qmtpd.</summary>
    public static QmtpLimits Default { get; } = new();

    /// <summary>Longest message, coding byte included, in bytes; longer closes the connection. A message that is merely too large for policy is below it, read to its end and refused.</summary>
    /// <value>Default 200,000,000, as qmail-qmtpd.</value>
    public long MessageBytesMax { get; init; } = 200_000_000;

    /// <summary>Longest sender and recipient, in bytes; longer ones are skipped and refused one by one.</summary>
    /// <value>Default 999, as qmail-qmtpd.</value>
    public int AddressBytesMax { get; init; } = 999;

    /// <summary>Longest list of recipients, lengths and commas included, in bytes; longer closes the connection.</summary>
    /// <value>Default 1,048,576: some thirty thousand recipients.</value>
    public int RecipientListBytesMax { get; init; } = 1_048_576;
}
