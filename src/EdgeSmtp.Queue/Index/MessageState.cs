using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Envelopes;

namespace EdgeSmtp.Queue.Index;

/// <summary>All that changes while a message is queued: what <c>State</c> records carry whole.</summary>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="Held">Whether it waits for an operator.</param>
/// <param name="NextMilliseconds">When it is due, in milliseconds since 1970.</param>
/// <param name="Recipients">How many recipients it has.</param>
/// <param name="Done">Which of them are finished.</param>
/// <param name="Status">Last status for people.</param>
/// <param name="Lane">What it waits for.</param>
internal readonly record struct MessageState(ushort Attempts, bool Held, long NextMilliseconds, ushort Recipients, RecipientBits Done, string? Status, MessageLane Lane = MessageLane.Delivery)
{
    /// <summary>Characters of a status that are kept.</summary>
    public const int StatusLengthMax = 200;

    private const byte HeldBit = 1;
    private const int LaneShift = 1;

    /// <summary>Writes it.</summary>
    /// <param name="writer">Takes the bytes.</param>
    public void Write(ByteWriter writer)
    {
        writer.Varint(Attempts);
        // A program that knows no lanes reads any bit here as held: it delivers nothing that has not been judged.
        writer.Byte((byte)((Held ? HeldBit : 0) | (byte)Lane << LaneShift));
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
        byte bits = reader.Byte();
        MessageLane lane = (MessageLane)(bits >> LaneShift);
        if (lane > MessageLane.Quarantine)
        {
            throw new InvalidDataException($"Lane {bits >> LaneShift} was written by a newer program.");
        }

        long next = reader.Int64();
        ushort recipients = (ushort)reader.Varint();
        RecipientBits done = RecipientBits.Read(ref reader, recipients);
        return new MessageState(attempts, (bits & HeldBit) != 0, next, recipients, done, reader.OptionalText(), lane);
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
