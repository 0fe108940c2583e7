using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Core.Net;

namespace EdgeSmtp.Sessions.Access;

/// <summary>Reads the addresses of rules. tcprules takes whatever it does not understand as a key that never matches; here that is an error.</summary>
public static class RuleAddress
{
    private const int NameMax = 255;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>Adds the keys of an address: one, or one for each value of a range.</summary>
    /// <param name="address">As written before the colon.</param>
    /// <param name="keys">Takes the keys.</param>
    /// <param name="warning">What to know.</param>
    /// <returns>What is wrong; <c>null</c> for nothing.</returns>
    public static string? Expand(ReadOnlySpan<char> address, ICollection<byte[]> keys, out string? warning)
    {
        warning = null;
        RuleKey key = new(stackalloc byte[RuleKey.BytesMax]);
        if (address.IsEmpty)
        {
            keys.Add([]);
            return null;
        }

        int at = address.LastIndexOf('@');
        if (at >= 0)
        {
            return ExpandIdentity(address, at, ref key, keys);
        }

        if (address[0] == '=')
        {
            return AddName(address, ref key, keys);
        }

        if (address.Contains('/'))
        {
            return AddNetwork(address, ref key, keys, out warning);
        }

        if (address.Contains(':'))
        {
            return AddExact(address, ref key, keys);
        }

        return address.Contains('-') ? ExpandRange(address, keys) : AddDotted(address, keys);
    }

    /// <summary>Reads an address as connections have it: IPv4-mapped ones are IPv4. Strict: no octal numbers, no missing parts, no scope.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">What it is.</param>
    public static bool TryAddress(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        bool isV6 = text.Contains(':');
        if ((!isV6 && !IsQuad(text)) || text.Contains('%') || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        address = NetworkSet.Canonical(parsed);
        return true;
    }

    /// <summary>Whether a key of a table made elsewhere is one that look-ups ask for.</summary>
    /// <param name="key">The key.</param>
    public static bool IsReachable(ReadOnlySpan<byte> key)
    {
        string text = Describe(key);
        List<byte[]> keys = [];
        return key.IsEmpty || (text.Length < RuleKey.BytesMax && Expand(text, keys, out _) is null && keys.Count == 1 && key.SequenceEqual(keys[0]));
    }

    /// <summary>A key as a person writes it.</summary>
    /// <param name="key">A key of a table.</param>
    public static string Describe(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            return "default";
        }

        int width = key[0] switch { (byte)'_' => 32, (byte)'^' => 128, _ => 0 };
        if (width == 0 || key.Length - 1 > width)
        {
            return Encoding.UTF8.GetString(key);
        }

        Span<byte> bytes = stackalloc byte[width / 8];
        bytes.Clear();
        for (int bit = 0; bit < key.Length - 1; bit++)
        {
            bytes[bit >> 3] |= key[bit + 1] == (byte)'0' ? (byte)0 : (byte)(0x80 >> (bit & 7));
        }

        return $"{new IPAddress(bytes)}/{key.Length - 1}";
    }

    private static string? ExpandIdentity(ReadOnlySpan<char> address, int at, ref RuleKey key, ICollection<byte[]> keys)
    {
        ReadOnlySpan<char> host = address[(at + 1)..];
        if (at is 0 or > NameMax)
        {
            return "there is no identity before the @";
        }

        key.Add(address[..(at + 1)]);
        if (!host.StartsWith('='))
        {
            return AddExact(host, ref key, keys);
        }

        // The look-up knows no suffixes here.
        return host.Length < 2 || host[1] == '.' ? "behind @= a whole host name is needed" : AddName(host, ref key, keys);
    }

    private static string? AddName(ReadOnlySpan<char> name, ref RuleKey key, ICollection<byte[]> keys)
    {
        ReadOnlySpan<char> host = name[1..];
        if (host.Length > NameMax || host.ContainsAnyExcept(NameCharacters) || host.Contains("..", StringComparison.Ordinal) || (host.Length == 1 && host[0] == '.'))
        {
            return $"'{host}' is no host name; international ones are written as A-labels (xn--…)";
        }

        key.Add("=");
        key.AddName(host);
        keys.Add(key.Bytes.ToArray());
        return null;
    }

    private static string? AddExact(ReadOnlySpan<char> address, ref RuleKey key, ICollection<byte[]> keys)
    {
        if (!TryAddress(address, out IPAddress? exact))
        {
            return $"'{address}' is no IP address";
        }

        key.Add(exact);
        keys.Add(key.Bytes.ToArray());
        return null;
    }

    private static string? AddNetwork(ReadOnlySpan<char> text, ref RuleKey key, ICollection<byte[]> keys, out string? warning)
    {
        warning = null;
        int slash = text.IndexOf('/');
        if (!TryPadded(text[..slash], out IPAddress? address))
        {
            return $"'{text[..slash]}' is no IP address";
        }

        int width = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length < 1 || length > width)
        {
            return $"the prefix length must be 1 to {width}; for everybody leave the address empty";
        }

        key.SetNetwork(address, length);
        string meant = Describe(key.Bytes);
        if (!meant.StartsWith($"{address}/", StringComparison.Ordinal))
        {
            warning = $"'{text}' has bits set behind its prefix; it means {meant}";
        }

        keys.Add(key.Bytes.ToArray());
        return null;
    }

    private static string? ExpandRange(ReadOnlySpan<char> text, ICollection<byte[]> keys)
    {
        int dash = text.IndexOf('-');
        int left = text[..dash].LastIndexOf('.') + 1;
        int dot = text[dash..].IndexOf('.');
        int right = dot < 0 ? text.Length : dash + dot;
        if (!TryOctet(text[left..dash], out int from) || !TryOctet(text[(dash + 1)..right], out int to) || from > to)
        {
            return $"'{text[left..right]}' is no range within 0-255";
        }

        for (int octet = from; octet <= to; octet++)
        {
            if (AddDotted(string.Create(CultureInfo.InvariantCulture, $"{text[..left]}{octet}{text[right..]}"), keys) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>An IPv4 address, or with a dot at its end the beginning of one.</summary>
    private static string? AddDotted(ReadOnlySpan<char> text, ICollection<byte[]> keys)
    {
        bool isPrefix = text.EndsWith('.');
        int octets = 0;
        foreach (Range part in (isPrefix ? text[..^1] : text).Split('.'))
        {
            octets = TryOctet(text[part], out _) ? octets + 1 : 5;
        }

        if (isPrefix ? octets is < 1 or > 3 : octets != 4)
        {
            return octets is >= 1 and <= 3
                ? $"'{text}' is half an address; the beginning of one ends in a dot"
                : $"'{text}' is no IP address, network, range or =host";
        }

        keys.Add(Encoding.ASCII.GetBytes(text.ToString()));
        return null;
    }

    private static bool TryOctet(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 255 && (text.Length == 1 || text[0] != '0');

    /// <summary>Before a slash IPv4 addresses may be cut short, as in <c>127./8</c>.</summary>
    private static bool TryPadded(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (text.Contains(':'))
        {
            return TryAddress(text, out address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        }

        StringBuilder padded = new(text.TrimEnd('.').ToString());
        for (int dots = text.TrimEnd('.').Count('.'); dots < 3; dots++)
        {
            padded.Append(".0");
        }

        return TryAddress(padded.ToString(), out address);
    }

    private static bool IsQuad(ReadOnlySpan<char> text)
    {
        int octets = 0;
        foreach (Range part in text.Split('.'))
        {
            octets = TryOctet(text[part], out _) ? octets + 1 : 5;
        }

        return octets == 4;
    }
}
