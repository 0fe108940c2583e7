namespace EdgeSmtp.Core.Storage;

/// <summary>What a lane holds.</summary>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Bytes of their contents.</param>
/// <param name="Oldest">When the oldest of them that is not held became ours; <c>null</c> when there is none.</param>
public readonly record struct LaneTotals(int Messages, long Bytes, DateTimeOffset? Oldest);
