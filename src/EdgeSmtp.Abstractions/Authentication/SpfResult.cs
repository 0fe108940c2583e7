namespace EdgeSmtp.Abstractions.Authentication;

/// <summary>What SPF says of one identity of a transaction. Immutable.</summary>
/// <param name="Status">The result.</param>
/// <param name="Identity">Whose domain it is about.</param>
/// <param name="Domain">The domain in lower-case A-labels; what stood in its place when it was none, empty when nothing did.</param>
public sealed record SpfResult(SpfStatus Status, SpfIdentity Identity, string Domain)
{
    /// <summary>Whose words decided.</summary>
    public SpfSource Source { get; init; }

    /// <summary>The mechanism that matched, as the record has it, cut at 60 characters; <c>null</c> when none did.</summary>
    public string? Mechanism { get; init; }

    /// <summary>What is wrong, for <see cref="SpfStatus.PermError"/> and <see cref="SpfStatus.TempError"/>; printable ASCII, at most 200 characters.</summary>
    public string? Problem { get; init; }

    /// <summary>Why, in the words of the domain (RFC 7208 §6.2), for <see cref="SpfStatus.Fail"/>; printable ASCII, at most 400 characters, from a stranger. <c>null</c> when it gives none.</summary>
    public string? Explanation { get; init; }

    /// <summary>What the operator's best guess says of a domain without record; <c>null</c> when none was made. Not a result of SPF: DMARC does not take it.</summary>
    public SpfStatus? Guess { get; init; }

    /// <summary>The result for the HELO name, when both identities were checked; <c>null</c> otherwise.</summary>
    public SpfResult? Hello { get; init; }
}
