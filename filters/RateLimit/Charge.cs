namespace EdgeSmtp.Filters.RateLimit;

/// <summary>What one limit asks of a bucket.</summary>
/// <param name="Key">Whose bucket.</param>
/// <param name="Needed">Units that must be there.</param>
/// <param name="Taken">Units to take.</param>
internal readonly record struct Charge(UInt128 Key, long Needed, long Taken);
