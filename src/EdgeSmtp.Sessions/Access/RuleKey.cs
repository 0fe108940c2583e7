using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSmtp.Sessions.Access;

/// <summary>
/// A key of a rules table in the making. The same bytes as ucspi-tcp6's tcprules writes, so that its tables serve here and ours there: addresses and names as text;
/// a network as <c>_</c> (IPv4) or <c>^</c> (IPv6) and one character for each bit of the prefix.
/// </summary>
internal ref struct RuleKey(Span<byte> buffer)
{
    /// <summary>Room for the longest: an identity and a name of 255 characters.</summary>
    public const int BytesMax = 640;

    /// <summary>What stands for a 1 at each place of an IPv4 prefix. Every bit has its own character, which spreads the hashes of neighbours.</summary>
    private const string Ones = "abcdefghijklmnopqrstuvwxyz123456";

    /// <summary>In IPv6 the ones are counted instead: the first is this character, the next the one after it.</summary>
    private const byte FirstOne = 96;

    private readonly Span<byte> _buffer = buffer;
    private bool _isTooLong;

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Whether something did not fit, so that no rule can be meant.</summary>
    public readonly bool IsTooLong => _isTooLong;

    public readonly ReadOnlySpan<byte> Bytes => _buffer[..Length];

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Length = 0;
        _isTooLong = false;
    }

    /// <summary>Shortens it.</summary>
    public void CutTo(int length) => Length = length;

    /// <summary>Adds text, as it is.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        if (Encoding.UTF8.TryGetBytes(text, _buffer[Length..], out int written))
        {
            Length += written;
        }
        else
        {
            _isTooLong = true;
        }
    }

    /// <summary>Adds a host name in lower case, without its trailing dot.</summary>
    public void AddName(ReadOnlySpan<char> name)
    {
        int start = Length;
        Add(name.TrimEnd('.'));
        Ascii.ToLowerInPlace(_buffer[start..Length], out _);
    }

    /// <summary>Adds an address in its one text form (RFC 5952 for IPv6).</summary>
    public void Add(IPAddress address)
    {
        if (address.TryFormat(_buffer[Length..], out int written))
        {
            Length += written;
        }
        else
        {
            _isTooLong = true;
        }
    }

    /// <summary>Makes it the key of a network.</summary>
    /// <param name="address">An address in it.</param>
    /// <param name="prefixLength">1 to 32, or 1 to 128.</param>
    public void SetNetwork(IPAddress address, int prefixLength)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bool isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        _isTooLong = false;
        _buffer[0] = isV4 ? (byte)'_' : (byte)'^';
        byte nextOne = FirstOne;
        for (int bit = 0; bit < prefixLength; bit++)
        {
            bool isOne = (bytes[bit >> 3] & (0x80 >> (bit & 7))) != 0;
            _buffer[bit + 1] = !isOne ? (byte)'0' : isV4 ? (byte)Ones[bit] : nextOne++;
        }

        Length = prefixLength + 1;
    }
}
