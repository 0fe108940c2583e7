using System.Buffers;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>Links memory that lies in different places into one sequence, without copying it.</summary>
public sealed class ContentSegment : ReadOnlySequenceSegment<byte>
{
    private ContentSegment(ReadOnlyMemory<byte> memory, long runningIndex)
    {
        Memory = memory;
        RunningIndex = runningIndex;
    }

    /// <summary>Puts a block in front of a sequence.</summary>
    /// <param name="head">The block.</param>
    /// <param name="tail">The sequence.</param>
    public static ReadOnlySequence<byte> Join(ReadOnlyMemory<byte> head, in ReadOnlySequence<byte> tail)
    {
        if (head.IsEmpty)
        {
            return tail;
        }

        if (tail.IsEmpty)
        {
            return new ReadOnlySequence<byte>(head);
        }

        ContentSegment first = new(head, 0);
        ContentSegment last = first;
        foreach (ReadOnlyMemory<byte> memory in tail)
        {
            if (!memory.IsEmpty)
            {
                ContentSegment next = new(memory, last.RunningIndex + last.Memory.Length);
                last.Next = next;
                last = next;
            }
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
