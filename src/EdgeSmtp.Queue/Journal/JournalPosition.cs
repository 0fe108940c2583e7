namespace EdgeSmtp.Queue.Journal;

/// <summary>A point in the journal between two frames.</summary>
/// <param name="Lsn">The last LSN before it.</param>
/// <param name="Epoch">The segment.</param>
/// <param name="Offset">The offset in the segment.</param>
internal readonly record struct JournalPosition(ulong Lsn, ulong Epoch, long Offset);
