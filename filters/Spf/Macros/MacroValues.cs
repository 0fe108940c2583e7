using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSmtp.Filters.Spf.Macros;

/// <summary>What the letters of macros stand for (RFC 7208 §7.2).</summary>
/// <param name="Client">The client; never an IPv4-mapped address.</param>
/// <param name="LocalPart">Local part of the sender.</param>
/// <param name="SenderDomain">Domain of the sender.</param>
/// <param name="Hello">What the client called itself.</param>
/// <param name="Receiver">Our name.</param>
/// <param name="Now">The time.</param>
internal sealed record MacroValues(IPAddress Client, string LocalPart, string SenderDomain, string Hello, string Receiver, DateTimeOffset Now)
{
    /// <summary>The value of a letter.</summary>
    /// <param name="letter">The letter in lower case.</param>
    /// <param name="domain">The domain whose record is being evaluated.</param>
    /// <param name="clientName">The validated name of the client.</param>
    public string Of(char letter, string domain, string clientName) => letter switch
    {
        's' => $"{LocalPart}@{SenderDomain}",
        'l' => LocalPart,
        'o' => SenderDomain,
        'd' => domain,
        'i' => Client.AddressFamily == AddressFamily.InterNetwork ? Client.ToString() : Nibbles(),
        'p' => clientName,
        'v' => Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
        'h' => Hello,
        'c' => Client.ToString(),
        'r' => Receiver,
        _ => Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
    };

    private string Nibbles()
    {
        Span<byte> bytes = stackalloc byte[16];
        Client.TryWriteBytes(bytes, out _);
        return string.Create(63, BinaryPrimitives.ReadUInt128BigEndian(bytes), static (target, bits) =>
        {
            target.Fill('.');
            for (int i = 0; i < 32; i++)
            {
                target[2 * i] = "0123456789ABCDEF"[(int)((bits >> (124 - (4 * i))) & 0xF)];
            }
        });
    }
}
