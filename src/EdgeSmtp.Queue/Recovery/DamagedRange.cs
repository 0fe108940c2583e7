namespace EdgeSmtp.Queue.Recovery;

/// <summary>Bytes that were acknowledged once and are no longer what was written.</summary>
/// <param name="Slot">Of the segment.</param>
/// <param name="Epoch">Of the segment.</param>
/// <param name="From">First byte.</param>
/// <param name="To">Byte after the last.</param>
public sealed record DamagedRange(int Slot, ulong Epoch, long From, long To);
