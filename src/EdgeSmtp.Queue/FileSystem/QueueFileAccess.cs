namespace EdgeSmtp.Queue.FileSystem;

/// <summary>What a queue file is opened for.</summary>
public enum QueueFileAccess : byte
{
    /// <summary>Reading; it must exist.</summary>
    Read,

    /// <summary>Reading and writing; it must exist.</summary>
    Write,

    /// <summary>Reading and writing; made with mode 0600 when missing.</summary>
    Create,
}
