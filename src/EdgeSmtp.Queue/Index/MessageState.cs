using EdgeSmtp.Queue.Envelopes;

namespace EdgeSmtp.Queue.Index;

/// <summary>All that changes while a message is queued: what <c>State</c> records carry whole.</summary>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="Held">Whether it waits for an operator.</param>
/// <param name="NextMilliseconds">When it is due, in milliseconds since 1970.</param>
/// <param name="Recipients">How many recipients it has.</param>
/// <param name="Done">Which of them are finished.</param>
/// <param name="Status">Last status for people.</param>
internal readonly record struct MessageState(ushort Attempts, bool Held, long NextMilliseconds, ushort Recipients, RecipientBits Done, string? Status)
{
    /// <summary>Characters of a status that are kept.</summary>
    public const int StatusLengthMax = 200;

    /// <summary>Writes it.</summary>
    /// <param name="writer">Takes the bytes.</param>
    public void Write(ByteWriter writer)
    {
        writer.Varint(Attempts);
        writer.Byte(Held ? (byte)1 : (byte)0);
        writer.Int64(NextMilliseconds);
        writer.Varint(Recipients);
        Done.Write(writer, Recipients);
        writer.OptionalText(Status);
    }

    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands before it.</param>
    public static MessageState Read(ref ByteReader reader)
    {
        ushort attempts = (ushort)reader.Varint();
        bool held = reader.Byte() != 0;
        long next = reader.Int64();
        ushort recipients = (ushort)reader.Varint();
        RecipientBits done = RecipientBits.Read(ref reader, recipients);
        return new MessageState(attempts, held, next, recipients, done, reader.OptionalText());
    }

    /// <summary>A status cut to what is kept.</summary>
    /// <param name="status">Any text.</param>
    public static string? Cut(string? status)
    {
        if (status is null || status.Length <= StatusLengthMax)
        {
            return status;
        }

        int length = char.IsHighSurrogate(status[StatusLengthMax - 1]) ? StatusLengthMax - 1 : StatusLengthMax;
        return status[..length];
    }
}
