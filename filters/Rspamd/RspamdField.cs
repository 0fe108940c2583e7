namespace EdgeSmtp.Filters.Rspamd;

/// <summary>A change to a header field.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value in one line; <c>null</c> when it is to be removed.</param>
/// <param name="Occurrence">Which one is removed: 1 the topmost, -1 the lowest, 0 all.</param>
internal readonly record struct RspamdField(string Name, string? Value, int Occurrence);
