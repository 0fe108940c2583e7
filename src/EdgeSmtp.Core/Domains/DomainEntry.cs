using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Domains;

/// <summary>One of our domains.</summary>
/// <param name="Name">In lower-case A-labels; with a leading dot it stands for all subdomains.</param>
/// <param name="Recipients">Which mailboxes exist.</param>
/// <param name="Route">Name of the route that mail for it takes.</param>
/// <param name="RecipientDelimiter">Separates a base address from its extension (RFC 5233); <c>null</c> for none. Default <c>+</c>.</param>
public sealed record DomainEntry(string Name, IRecipientSource Recipients, string Route, char? RecipientDelimiter = '+')
{
    /// <summary>Name of the filter profile for its recipients; empty for the filters as they are.</summary>
    public string Profile { get; init; } = string.Empty;

    /// <summary>Looks a recipient up: the exact address first, then its base without extension.</summary>
    /// <param name="path">A forward-path of this domain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it exists, and the key that was found: lower-case <c>local@domain</c>.</returns>
    public async ValueTask<(RecipientStatus Status, string Key)> FindAsync(MailPath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        string key = path.Key;
        RecipientStatus status = await Recipients.FindAsync(key, cancellationToken);
        return status != RecipientStatus.Unknown || BaseKeyOf(key) is not { } baseKey
            ? (status, key)
            : (await Recipients.FindAsync(baseKey, cancellationToken), baseKey);
    }

    /// <summary>The key of the base address, without the extension behind <see cref="RecipientDelimiter"/>.</summary>
    /// <param name="key">Lower-case <c>local@domain</c>.</param>
    /// <returns><c>null</c> when the address has no extension.</returns>
    public string? BaseKeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        int at = key.LastIndexOf('@');
        int cut = RecipientDelimiter is { } delimiter && !key.StartsWith('"') ? key.IndexOf(delimiter, StringComparison.Ordinal) : -1;
        return cut > 0 && cut < at ? string.Concat(key.AsSpan(0, cut), key.AsSpan(at)) : null;
    }
}
