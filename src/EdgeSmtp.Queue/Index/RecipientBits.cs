using System.Numerics;
using EdgeSmtp.Queue.Envelopes;

namespace EdgeSmtp.Queue.Index;

/// <summary>Which recipients are finished. A value: up to 64 recipients cost no object; a change makes a new one.</summary>
/// <param name="low">Recipients 0 to 63.</param>
/// <param name="high">The others; never changed once here.</param>
internal readonly struct RecipientBits(ulong low, ulong[]? high = null)
{
    /// <summary>How many are finished.</summary>
    public int Count
    {
        get
        {
            int count = BitOperations.PopCount(low);
            foreach (ulong word in high ?? [])
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>Whether one is finished.</summary>
    /// <param name="recipient">Its position.</param>
    public bool this[int recipient] => recipient < 64
        ? (low >> recipient & 1) != 0
        : high is not null && (recipient >> 6) - 1 is var word && word < high.Length && (high[word] >> (recipient & 63) & 1) != 0;

    /// <summary>The same with more finished.</summary>
    /// <param name="recipients">Their positions.</param>
    /// <param name="count">How many recipients there are.</param>
    public RecipientBits With(IReadOnlyList<int> recipients, int count)
    {
        if (recipients.Count == 0)
        {
            return this;
        }

        ulong first = low;
        ulong[]? rest = count > 64 ? Copy(count) : null;
        for (int i = 0; i < recipients.Count; i++)
        {
            int recipient = recipients[i];
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)recipient, (uint)count, nameof(recipients));
            if (recipient < 64)
            {
                first |= 1UL << recipient;
            }
            else
            {
                rest![(recipient >> 6) - 1] |= 1UL << (recipient & 63);
            }
        }

        return new RecipientBits(first, rest);
    }

    /// <summary>Writes them.</summary>
    /// <param name="writer">Takes the bytes.</param>
    /// <param name="count">How many recipients there are.</param>
    public void Write(ByteWriter writer, int count)
    {
        writer.Int64((long)low);
        for (int i = 0; i < WordsAbove64(count); i++)
        {
            writer.Int64(high is not null && i < high.Length ? (long)high[i] : 0);
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="reader">Stands before them.</param>
    /// <param name="count">How many recipients there are.</param>
    public static RecipientBits Read(ref ByteReader reader, int count)
    {
        ulong first = (ulong)reader.Int64();
        ulong[]? rest = null;
        for (int i = 0; i < WordsAbove64(count); i++)
        {
            rest ??= new ulong[WordsAbove64(count)];
            rest[i] = (ulong)reader.Int64();
        }

        return new RecipientBits(first, rest);
    }

    private static int WordsAbove64(int count) => (Math.Max(count, 64) - 1) / 64;

    private ulong[] Copy(int count)
    {
        ulong[] copy = new ulong[WordsAbove64(count)];
        high?.CopyTo(copy, 0);
        return copy;
    }
}
