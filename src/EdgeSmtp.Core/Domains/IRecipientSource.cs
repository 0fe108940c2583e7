using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Domains;

/// <summary>Knows which mailboxes of a domain exist.</summary>
public interface IRecipientSource
{
    /// <summary>Whether it takes every address. Warned of at start.</summary>
    bool AcceptsAny { get; }

    /// <summary>Whether a filter says which mailboxes exist, so that nothing is to be asked here.</summary>
    bool IsLeftToFilters => false;

    /// <summary>Looks one key up.</summary>
    /// <param name="key">Lower-case local part, <c>@</c>, domain in lower-case A-labels: <see cref="MailPath.Key"/> or its base without extension.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<RecipientStatus> FindAsync(string key, CancellationToken cancellationToken);
}
