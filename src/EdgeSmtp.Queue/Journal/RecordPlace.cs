namespace EdgeSmtp.Queue.Journal;

/// <summary>Where a record lies.</summary>
/// <param name="Slot">Its segment; −1 when that is gone.</param>
/// <param name="Offset">Of its header in the segment.</param>
/// <param name="Length">Bytes of header, meta and inline content, padding included.</param>
internal readonly record struct RecordPlace(int Slot, int Offset, int Length);
