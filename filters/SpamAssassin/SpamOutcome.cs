namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>What a scan came to.</summary>
/// <param name="Finding">What was found; <c>null</c> with trouble.</param>
/// <param name="Trouble">Why nothing was.</param>
/// <param name="Detail">For the log.</param>
internal sealed record SpamOutcome(SpamFinding? Finding, SpamTrouble Trouble, string? Detail)
{
    public static SpamOutcome Of(SpamFinding finding) => new(finding, SpamTrouble.None, null);
}
