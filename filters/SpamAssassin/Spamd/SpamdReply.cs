namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>What spamd answered.</summary>
/// <param name="Code">0, or one of the codes of sysexits.h.</param>
/// <param name="Text">What it said beside the code.</param>
/// <param name="IsSpam">Whether the score reaches its threshold.</param>
/// <param name="Score">The score.</param>
/// <param name="Required">Its threshold: that of the user, if it knows one.</param>
/// <param name="Body">Names of rules, report, header or message; empty for <see cref="SpamdCommand.Check"/>.</param>
internal sealed record SpamdReply(int Code, string Text, bool IsSpam, double Score, double Required, ReadOnlyMemory<byte> Body);
