using System.Text;

namespace EdgeSmtp.Protocol.Addresses;

/// <summary>
/// A reverse-path or forward-path (RFC 5321 §4.1.2) as the client wrote it, without angle brackets and source route, and with its domain also in the one form that is compared.
/// </summary>
/// <remarks>
/// Immutable and safe to share. The bytes are UTF-8 (RFC 6531 §3.3); a path that came through <see cref="MailPathParser"/> holds no control character.
/// Equality is that of <see cref="Key"/>: local parts are compared without case, as every mailbox server behind an edge does, and without quotes that are not
/// needed, since <c>"joe"@example.com</c> and <c>joe@example.com</c> are one mailbox (RFC 5321 §4.1.2).
/// </remarks>
public sealed class MailPath : IEquatable<MailPath>
{
    private readonly byte[] _bytes;
    private readonly int _localLength;
    private string? _key;

    /// <summary>Creates a path from parts that are already checked; wire input goes through <see cref="MailPathParser"/>.</summary>
    /// <param name="bytes">The mailbox as written, UTF-8: <c>local@domain</c>, <c>postmaster</c>, or empty for the null path.</param>
    /// <param name="localLength">Bytes of the local part, quotes included.</param>
    /// <param name="domainALabel">The domain in lower-case A-labels without trailing dot, an address literal with its brackets, or empty when there is none.</param>
    public MailPath(byte[] bytes, int localLength, string domainALabel)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(domainALabel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(localLength, bytes.Length);
        _bytes = bytes;
        _localLength = localLength;
        DomainALabel = domainALabel;
        IsAscii = Ascii.IsValid(bytes);
    }

    /// <summary>The null reverse-path <c>&lt;&gt;</c> (RFC 5321 §4.5.5).</summary>
    public static MailPath Null { get; } = new([], 0, string.Empty);

    /// <summary>The whole path as written, without angle brackets; empty for the null path.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The local part as written, quotes included.</summary>
    public ReadOnlySpan<byte> LocalPart => _bytes.AsSpan(0, _localLength);

    /// <summary>The domain as written; empty for <c>postmaster</c> without domain and for the null path.</summary>
    public ReadOnlySpan<byte> Domain => _localLength < _bytes.Length ? _bytes.AsSpan(_localLength + 1) : default;

    /// <summary>The domain in lower-case A-labels without trailing dot; <c>[192.0.2.1]</c> for an address literal; empty when there is none.</summary>
    public string DomainALabel { get; }

    /// <summary>Whether this is <c>&lt;&gt;</c>.</summary>
    public bool IsNull => _bytes.Length == 0;

    /// <summary>Whether every byte is ASCII, so that no SMTPUTF8 is needed to send it (RFC 6531 §3.4).</summary>
    public bool IsAscii { get; }

    /// <summary>Whether the domain is an address literal (RFC 5321 §4.1.3).</summary>
    public bool IsAddressLiteral => DomainALabel.StartsWith('[');

    /// <summary>The form that look-ups and comparisons use: lower-case local part, <c>@</c>, <see cref="DomainALabel"/>; computed once.</summary>
    public string Key => _key ??= BuildKey();

    /// <inheritdoc />
    public bool Equals(MailPath? other) => other is not null && string.Equals(Key, other.Key, StringComparison.Ordinal);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as MailPath);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);

    /// <summary>The path as text without angle brackets. For logs and for people; the wire form is <see cref="Bytes"/>.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes);

    private string BuildKey()
    {
        string local = Encoding.UTF8.GetString(CanonicalLocalPart()).ToLowerInvariant();
        return DomainALabel.Length == 0 ? local : string.Concat(local, "@", DomainALabel);
    }

    /// <summary>The mailbox name itself: the local part without the quotes and backslashes that only SMTP's grammar needs.</summary>
    internal ReadOnlySpan<byte> RawLocalPart()
    {
        ReadOnlySpan<byte> local = LocalPart;
        if (local.Length < 2 || local[0] != '"') return local;
        byte[] raw = new byte[local.Length];
        int length = 0;
        for (int i = 1; i < local.Length - 1; i++) raw[length++] = local[i] == '\\' && i + 1 < local.Length - 1 ? local[++i] : local[i];
        return raw.AsSpan(0, length);
    }

    /// <summary>The local part without quotes where it can stand without them, else quoted without needless backslashes: one form for each mailbox name.</summary>
    private ReadOnlySpan<byte> CanonicalLocalPart()
    {
        ReadOnlySpan<byte> raw = RawLocalPart();
        if (_localLength == 0 || LocalPart[0] != '"' || LocalPartReader.IsDotString(raw)) return raw;
        return LocalPartReader.Quote(raw);
    }
}
