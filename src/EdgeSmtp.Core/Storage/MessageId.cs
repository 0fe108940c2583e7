namespace EdgeSmtp.Core.Storage;

/// <summary>Id of a transaction and of the message that it becomes: 64 bits, written as 13 characters of Crockford's base 32, sorting by time.</summary>
/// <param name="Value">Milliseconds since 1970 in the upper 44 bits, a counter in the lower 20.</param>
public readonly record struct MessageId(ulong Value) : IComparable<MessageId>
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Characters of the text form.</summary>
    public const int TextLength = 13;

    /// <summary>Whether this is no id.</summary>
    public bool IsEmpty => Value == 0;

    /// <summary>Reads the text form.</summary>
    /// <param name="text">13 characters, any case.</param>
    /// <param name="id">The id.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out MessageId id)
    {
        id = default;
        if (text.Length != TextLength)
        {
            return false;
        }

        UInt128 value = 0;
        foreach (char c in text)
        {
            int digit = Alphabet.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        if (value > ulong.MaxValue)
        {
            return false;
        }

        id = new MessageId((ulong)value);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(MessageId other) => Value.CompareTo(other.Value);

    /// <summary>The 13-character form.</summary>
    public override string ToString() => string.Create(TextLength, Value, static (text, value) =>
    {
        for (int i = TextLength - 1; i >= 0; i--, value >>= 5)
        {
            text[i] = Alphabet[(int)(value & 31)];
        }
    });

    /// <summary>Orders by time of making.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">Other.</param>
    public static bool operator <(MessageId left, MessageId right) => left.Value < right.Value;

    /// <summary>Orders by time of making.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">Other.</param>
    public static bool operator >(MessageId left, MessageId right) => left.Value > right.Value;

    /// <summary>Orders by time of making.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">Other.</param>
    public static bool operator <=(MessageId left, MessageId right) => left.Value <= right.Value;

    /// <summary>Orders by time of making.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">Other.</param>
    public static bool operator >=(MessageId left, MessageId right) => left.Value >= right.Value;
}
