namespace EdgeSmtp.Dns.Zones;

/// <summary>One entry of a zone file, which parentheses may have stretched over several lines.</summary>
/// <param name="Number">Line on which it begins, from 1.</param>
/// <param name="HasOwner">Whether it begins with an owner name, and not with blanks that repeat the last one.</param>
/// <param name="Tokens">Its words.</param>
internal sealed record ZoneLine(int Number, bool HasOwner, IReadOnlyList<ZoneToken> Tokens);
