using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>The keys under which a client is looked for in sender rules, narrow ones first; a rule that does not allow the sender lets a wider one speak.</summary>
internal static class ClientKey
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdef.:");

    private const int AddressLengthMax = 65;
    private const int HostLengthMax = 256;

    /// <summary>The key of an address as clients are compared with it: the one text form of an address, or a prefix that ends in <c>.</c> or <c>:</c>. <c>null</c> when it is neither.</summary>
    public static string? Canonical(string key)
    {
        if (key is [.., '.' or ':'] && !key.EndsWith("::", StringComparison.Ordinal))
        {
            return key.Length > 1 && !key.AsSpan().TrimEnd(key[^1]).ContainsAnyExcept(AddressCharacters) ? key : null;
        }

        // Stricter than the framework, to which "19" is 0.0.0.19 and a leading zero octal.
        string literal = key.Contains(':', StringComparison.Ordinal) ? $"[IPv6:{key}]" : $"[{key}]";
        return AddressLiteral.TryParse(Encoding.UTF8.GetBytes(literal), out IPAddress? address) ? address.ToString() : null;
    }

    /// <summary>Whether rules for the address of a client allow a sender.</summary>
    public static bool AllowsAddress(ISenderRules rules, IPAddress client, ReadOnlySpan<char> sender)
    {
        Span<char> text = stackalloc char[AddressLengthMax];
        IPAddress plain = Plain(client);
        if (!plain.TryFormat(text, out int length))
        {
            return false;
        }

        ReadOnlySpan<char> key = text[..length];
        char separator = plain.AddressFamily == AddressFamily.InterNetwork ? '.' : ':';
        while (!rules.Allows(key, sender))
        {
            int cut = key[..^1].LastIndexOf(separator);
            if (cut < 0)
            {
                return false;
            }

            key = key[..(cut + 1)];
        }

        return true;
    }

    /// <summary>Whether rules for the name of a client allow a sender: <c>=host</c>, <c>=.domain</c> of each domain around it, <c>=</c> for whoever has a name.</summary>
    public static bool AllowsHost(ISenderRules rules, string host, ReadOnlySpan<char> sender)
    {
        if (host.Length >= HostLengthMax)
        {
            return false;
        }

        Span<char> text = stackalloc char[HostLengthMax];
        text[0] = '=';
        int length = host.AsSpan().ToLowerInvariant(text[1..]) + 1;
        while (!rules.Allows(text[..length], sender))
        {
            ReadOnlySpan<char> name = text[1..length];
            if (name.IsEmpty)
            {
                return false;
            }

            // The dot stays in front: =.example.com is every host in it.
            int dot = name[1..].IndexOf('.');
            ReadOnlySpan<char> wider = dot < 0 ? default : name[(dot + 1)..];
            wider.CopyTo(text[1..]);
            length = wider.Length + 1;
        }

        return true;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
