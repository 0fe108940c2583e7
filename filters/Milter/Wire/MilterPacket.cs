namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>One packet: <c>uint32 length, char kind, data</c>.</summary>
/// <param name="Kind">The letter.</param>
/// <param name="Data">What follows it. Lent until the next packet is asked for.</param>
internal readonly record struct MilterPacket(byte Kind, ReadOnlyMemory<byte> Data);
