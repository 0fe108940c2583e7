using System.Buffers.Binary;

namespace EdgeSmtp.Dns.Wire;

/// <summary>The header of a message (RFC 1035 §4.1.1).</summary>
internal readonly struct WireHeader
{
    /// <summary>Octets that it takes.</summary>
    public const int Length = 12;

    private WireHeader(ReadOnlySpan<byte> message)
    {
        Id = BinaryPrimitives.ReadUInt16BigEndian(message);
        Flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        Questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        Answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        Authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        Additionals = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
    }

    /// <summary>Id that the asker chose.</summary>
    public ushort Id { get; }

    /// <summary>Number of questions.</summary>
    public ushort Questions { get; }

    /// <summary>Number of answer records.</summary>
    public ushort Answers { get; }

    /// <summary>Number of authority records.</summary>
    public ushort Authorities { get; }

    /// <summary>Number of additional records.</summary>
    public ushort Additionals { get; }

    /// <summary>Whether it is a reply (QR) to a standard question (OPCODE 0).</summary>
    public bool IsReply => (Flags & 0xF800) == 0x8000;

    /// <summary>Whether there is more than fitted (TC).</summary>
    public bool IsTruncated => (Flags & 0x0200) != 0;

    /// <summary>Whether the server says that it validated (AD, RFC 4035 §3.2.3).</summary>
    public bool IsAuthenticData => (Flags & 0x0020) != 0;

    /// <summary>RCODE.</summary>
    public int Code => Flags & 0x000F;

    private ushort Flags { get; }

    /// <summary>Reads the header.</summary>
    /// <param name="message">A message of at least <see cref="Length"/> octets.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, out WireHeader header)
    {
        header = message.Length >= Length ? new WireHeader(message) : default;
        return message.Length >= Length;
    }
}
