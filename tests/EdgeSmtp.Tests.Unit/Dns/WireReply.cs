using System.Buffers.Binary;
using System.Net;
using System.Text;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Tests.Unit.Dns;

/// <summary>A message to send back, written byte by byte so that it can also be wrong.</summary>
internal sealed class WireReply
{
    private readonly List<byte[]> _answers = [];
    private readonly List<byte[]> _authorities = [];

    public int Code { get; init; }

    public bool Truncated { get; init; }

    public bool AuthenticData { get; init; }

    /// <summary>Extended error to carry (RFC 8914).</summary>
    public int? ExtendedError { get; init; }

    /// <summary>A name to echo in place of the one asked for.</summary>
    public string? EchoedName { get; init; }

    /// <summary>Bytes to send in place of a message.</summary>
    public byte[]? Raw { get; init; }

    public static WireReply NxDomain(int? soaTtl = null, uint minimum = 0) => soaTtl is { } ttl ? new WireReply { Code = 3 }.Soa(ttl, minimum) : new WireReply { Code = 3 };

    public WireReply A(string owner, string address, int ttl) => Answer(owner, DnsRecordType.A, ttl, IPAddress.Parse(address).GetAddressBytes());

    public WireReply Aaaa(string owner, string address, int ttl) => Answer(owner, DnsRecordType.Aaaa, ttl, IPAddress.Parse(address).GetAddressBytes());

    public WireReply Alias(string owner, string target, int ttl) => Answer(owner, DnsRecordType.Cname, ttl, NameBytes(target));

    public WireReply Pointer(string owner, string target, int ttl) => Answer(owner, DnsRecordType.Ptr, ttl, NameBytes(target));

    public WireReply Mx(string owner, ushort preference, string exchange, int ttl) =>
        Answer(owner, DnsRecordType.Mx, ttl, [(byte)(preference >> 8), (byte)preference, .. NameBytes(exchange)]);

    public WireReply Tlsa(string owner, int ttl, params byte[] data) => Answer(owner, DnsRecordType.Tlsa, ttl, data);

    public WireReply Txt(string owner, int ttl, params byte[][] strings)
    {
        List<byte> data = [];
        foreach (byte[] text in strings)
        {
            data.Add((byte)text.Length);
            data.AddRange(text);
        }

        return Answer(owner, DnsRecordType.Txt, ttl, [.. data]);
    }

    public WireReply Soa(int ttl, uint minimum)
    {
        _authorities.Add(Record("zone.test", (ushort)DnsRecordType.Soa, ttl, SoaBytes(minimum)));
        return this;
    }

    public WireReply SoaAnswer(string owner, int ttl, uint minimum) => Answer(owner, DnsRecordType.Soa, ttl, SoaBytes(minimum));

    public byte[] ToBytes(ReadOnlySpan<byte> id, byte[] questionBytes, WireQuestion question)
    {
        if (Raw is not null)
        {
            return Raw;
        }

        byte[] echoed = EchoedName is null ? questionBytes : [.. NameBytes(EchoedName), 0, (byte)question.Type, 0, 1];
        byte[] extended = ExtendedError is { } error ? [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 6, 0, 15, 0, 2, (byte)(error >> 8), (byte)error] : [];
        List<byte> message =
        [
            .. id, (byte)(0x81 | (Truncated ? 2 : 0)), (byte)(0x80 | (AuthenticData ? 0x20 : 0) | Code), 0, 1,
            0, (byte)_answers.Count, 0, (byte)_authorities.Count, 0, (byte)(extended.Length > 0 ? 1 : 0), .. echoed,
        ];
        foreach (byte[] record in _answers.Concat(_authorities))
        {
            message.AddRange(record);
        }

        message.AddRange(extended);
        return [.. message];
    }

    private static byte[] SoaBytes(uint minimum)
    {
        byte[] numbers = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(16), minimum);
        return [.. NameBytes("ns.zone.test"), .. NameBytes("root.zone.test"), .. numbers];
    }

    private static byte[] NameBytes(string name)
    {
        List<byte> bytes = [];
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.Latin1.GetBytes(label));
        }

        return [.. bytes, 0];
    }

    private static byte[] Record(string owner, ushort type, int ttl, byte[] data)
    {
        byte[] numbers = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(numbers, type);
        numbers[3] = 1;
        BinaryPrimitives.WriteInt32BigEndian(numbers.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(8), (ushort)data.Length);
        return [.. NameBytes(owner), .. numbers, .. data];
    }

    private WireReply Answer(string owner, DnsRecordType type, int ttl, byte[] data)
    {
        _answers.Add(Record(owner, (ushort)type, ttl, data));
        return this;
    }
}
