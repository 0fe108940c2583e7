namespace EdgeSmtp.Server.Access;

/// <summary>A filter profile that rules ask for.</summary>
/// <param name="Name">Says all that is in it, so that the same rule leads to the same profile after every reload, and filters are kept.</param>
/// <param name="Base">The configured profile it begins with; empty for the filters as they are.</param>
/// <param name="Overrides">What differs from that; the last of two for one option counts.</param>
internal sealed record ProfileDraft(string Name, string Base, IReadOnlyList<FilterOverride> Overrides);
