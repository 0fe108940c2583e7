namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>How clamd gets a message.</summary>
public enum ClamdMethod : byte
{
    /// <summary><see cref="Descriptor"/> over a Unix socket, <see cref="Stream"/> over TCP.</summary>
    Auto,

    /// <summary>FILDES: clamd gets a descriptor of the memory in which the message lies. Unix sockets only; nothing is copied and no right to files is needed.</summary>
    Descriptor,

    /// <summary>SCAN: clamd opens the file in the staging folder, which its user must be able to read.</summary>
    Path,

    /// <summary>INSTREAM: the message is sent. For a clamd elsewhere; its <c>StreamMaxLength</c> counts.</summary>
    Stream,
}
