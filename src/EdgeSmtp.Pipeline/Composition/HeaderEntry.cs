using EdgeSmtp.Pipeline.Changes;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>One header field while changes are applied. It keeps its place when it is removed, so that a later change of the same group can still speak about it.</summary>
internal sealed class HeaderEntry(ReadOnlyMemory<byte> bytes, string name)
{
    public string Name => name;

    /// <summary>The complete field with CRLF.</summary>
    public ReadOnlyMemory<byte> Bytes { get; set; } = bytes;

    /// <summary>Whether the message brought it along, in contrast to our trace fields and to what filters wrote.</summary>
    public bool IsForeign { get; set; }

    /// <summary>Whether it is no longer, or not yet, in the message.</summary>
    public bool IsAbsent { get; set; }

    /// <summary>The change that wrote it among the trace fields. It appears when that change has its turn.</summary>
    public Change? WrittenBy { get; set; }
}
