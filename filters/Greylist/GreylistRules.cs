namespace EdgeSmtp.Filters.Greylist;

/// <summary>What decides about a triple. Not part of the store, which outlives a reload.</summary>
/// <param name="Delay">How long a new triple is refused.</param>
/// <param name="RetryWindow">How long after its first attempt it may come again.</param>
/// <param name="KeepFor">How long what passed is remembered since it was last seen.</param>
/// <param name="AutoAllowAfter">Triples that passed after which a client is allowed; 0 for never.</param>
internal readonly record struct GreylistRules(TimeSpan Delay, TimeSpan RetryWindow, TimeSpan KeepFor, int AutoAllowAfter);
