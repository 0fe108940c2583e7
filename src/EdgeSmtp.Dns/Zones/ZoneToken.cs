namespace EdgeSmtp.Dns.Zones;

/// <summary>One word of a zone file.</summary>
/// <param name="Text">Without quotes, escapes resolved; one character is one byte.</param>
/// <param name="IsQuoted">Whether it stood in quotes, so that it is never a type or a number.</param>
internal readonly record struct ZoneToken(string Text, bool IsQuoted);
