namespace EdgeSmtp.Queue.Journal;

/// <summary>What a record says. The numbers are on disk.</summary>
internal enum RecordType : byte
{
    /// <summary>A message: state, envelope and content, or the name of its body file.</summary>
    Message = 1,

    /// <summary>The whole new state of a message.</summary>
    State = 2,

    /// <summary>A message is gone.</summary>
    Remove = 3,
}
