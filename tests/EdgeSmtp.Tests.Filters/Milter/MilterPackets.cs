using System.Buffers.Binary;
using System.Text;

namespace EdgeSmtp.Tests.Filters.Milter;

/// <summary>Packets as a milter sends them, made without the code under test.</summary>
internal static class MilterPackets
{
    public static byte[] Packet(char kind, params ReadOnlySpan<byte> data)
    {
        byte[] packet = new byte[5 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, data.Length + 1);
        packet[4] = (byte)kind;
        data.CopyTo(packet.AsSpan(5));
        return packet;
    }

    /// <summary>A packet of texts, each ended by NUL.</summary>
    public static byte[] Texts(char kind, params string[] texts) => Packet(kind, TextBytes(texts));

    /// <summary>A number, then texts.</summary>
    public static byte[] Indexed(char kind, int index, params string[] texts) => Packet(kind, [.. Number(index), .. TextBytes(texts)]);

    public static byte[] Negotiation(int version, uint actions, uint steps, params ReadOnlySpan<byte> macros) =>
        Packet('O', [.. Number(version), .. Number((int)actions), .. Number((int)steps), .. macros]);

    public static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] TextBytes(params string[] texts) => Encoding.UTF8.GetBytes(string.Concat(texts.Select(static text => text + '\0')));
}
