using System.Buffers;
using System.Text;

namespace EdgeSmtp.Tests.Unit.Protocol;

/// <summary>Text to bytes one to one, and bytes into sequences of chosen segments.</summary>
internal static class Bytes
{
    public static byte[] Of(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, params int[] cuts)
    {
        Segment first = new(default, 0);
        Segment last = first;
        int start = 0;
        foreach (int cut in cuts.Append(bytes.Length))
        {
            last = last.Append(bytes[start..cut]);
            start = cut;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Sorted random cut positions, repeated ones (empty segments) included.</summary>
    public static int[] RandomCuts(Random random, int length)
    {
        int[] cuts = new int[random.Next(0, 6)];
        for (int i = 0; i < cuts.Length; i++) cuts[i] = random.Next(0, length + 1);
        Array.Sort(cuts);
        return cuts;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
