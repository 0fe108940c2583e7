using System.Buffers;
using EdgeSmtp.Pipeline.Changes;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>Makes the header block that a set of changes leads to, and finds the body that stays.</summary>
internal static class ContentComposer
{
    /// <param name="content">The staged message.</param>
    /// <param name="traceLength">Bytes of our own trace fields at its front.</param>
    /// <param name="sets">Changes of one recipient's copy, in order.</param>
    public static ComposedContent Compose(in ReadOnlySequence<byte> content, int traceLength, IReadOnlyList<CommittedChanges> sets)
    {
        for (int i = sets.Count - 1; i >= 0; i--)
        {
            if (sets[i].Set.NewContent is { } replaced)
            {
                // What was changed before is in it, and our trace fields are no longer told apart; what the same filter did besides is not of the content.
                ComposedContent composed = ComposeOn(new ReadOnlySequence<byte>(replaced), traceLength: 0, [.. sets.Skip(i + 1)]);
                return composed with { Replaced = composed.Replaced ?? replaced };
            }
        }

        return ComposeOn(content, traceLength, sets);
    }

    private static ComposedContent ComposeOn(in ReadOnlySequence<byte> content, int traceLength, IReadOnlyList<CommittedChanges> sets)
    {
        bool inserts = false;
        bool edits = false;
        byte[]? body = null;
        foreach (Change change in sets.SelectMany(static set => set.Set.Changes))
        {
            inserts |= change is { Kind: ChangeKind.InsertHeader, IsInTrace: false };
            edits |= change.Kind is ChangeKind.ReplaceHeader or ChangeKind.RemoveHeader or ChangeKind.RemoveForeign || change is { Position: > 0, IsInTrace: false };
            body = change.Kind == ChangeKind.ReplaceBody ? change.Bytes : body;
        }

        if (edits || body is not null)
        {
            return Rewrite(content, traceLength, sets, body);
        }

        // Most messages: nothing, or a few fields in front of a message that is not even looked at.
        return new ComposedContent(inserts ? Prefix(sets) : [], content, null);
    }

    private static ComposedContent Rewrite(in ReadOnlySequence<byte> content, int traceLength, IReadOnlyList<CommittedChanges> sets, byte[]? body)
    {
        long headerLength = HeaderLength(content, out bool hasBlankLine);
        byte[] header = new HeaderEditor(content.Slice(0, headerLength).ToArray(), traceLength, sets).ToArray();
        if (body is null && hasBlankLine)
        {
            return new ComposedContent(header, content.Slice(headerLength), null);
        }

        // RFC 5322 §2.1: the blank line is there only if a body is.
        byte[] head = body is null ? header : [.. header, .. "\r\n"u8];
        return new ComposedContent(head, body is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(body), body);
    }

    private static byte[] Prefix(IReadOnlyList<CommittedChanges> sets)
    {
        ArrayBufferWriter<byte> prefix = new();
        for (int i = sets.Count - 1; i >= 0; i--)
        {
            IReadOnlyList<Change> changes = sets[i].Set.Changes;
            for (int j = changes.Count - 1; j >= 0; j--)
            {
                if (changes[j] is { Kind: ChangeKind.InsertHeader, IsInTrace: false })
                {
                    prefix.Write(changes[j].Bytes);
                }
            }
        }

        return prefix.WrittenSpan.ToArray();
    }

    private static long HeaderLength(in ReadOnlySequence<byte> content, out bool hasBlankLine)
    {
        SequenceReader<byte> reader = new(content);
        hasBlankLine = true;
        if (reader.IsNext("\r\n"u8))
        {
            return 0;
        }

        if (reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8))
        {
            return reader.Consumed - 2;
        }

        hasBlankLine = false;
        return content.Length;
    }
}
