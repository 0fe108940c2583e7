namespace EdgeSmtp.Sessions.Access;

/// <summary>Which kinds of keys a table has, so that a look-up asks only for what may be there: most tables have networks of a few sizes and no names.</summary>
public sealed class RuleShape
{
    private ulong _lengthsV4;
    private UInt128 _lengthsV6;

    /// <summary>Whether there are keys of identities.</summary>
    public bool HasIdentities { get; private set; }

    /// <summary>Whether there are keys of whole names, or the key of any name.</summary>
    public bool HasHosts { get; private set; }

    /// <summary>Whether there are keys of domains.</summary>
    public bool HasDomains { get; private set; }

    /// <summary>Whether there are beginnings of IPv4 addresses.</summary>
    public bool HasBeginnings { get; private set; }

    /// <summary>Whether a rule may depend on the client's name.</summary>
    public bool HasNames => HasHosts || HasDomains;

    /// <summary>Takes a key of the table into account.</summary>
    /// <param name="key">The key.</param>
    public void Add(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            return;
        }

        if (key[0] == (byte)'_')
        {
            _lengthsV4 |= 1UL << Math.Min(key.Length - 1, 32);
        }
        else if (key[0] == (byte)'^')
        {
            _lengthsV6 |= UInt128.One << Math.Min(key.Length - 2, 127);
        }
        else if (key.Contains((byte)'@'))
        {
            HasIdentities = true;
            HasHosts |= key.IndexOf("@="u8) >= 0;
        }
        else if (key[0] == (byte)'=')
        {
            HasDomains |= key.StartsWith("=."u8);
            HasHosts |= !key.StartsWith("=."u8);
        }
        else
        {
            HasBeginnings |= key.EndsWith("."u8);
        }
    }

    /// <summary>Whether there are networks of this size.</summary>
    /// <param name="prefixLength">1 to 32, or 1 to 128.</param>
    /// <param name="isV4">Of which kind.</param>
    internal bool HasNetworks(int prefixLength, bool isV4) => isV4 ? (_lengthsV4 & (1UL << prefixLength)) != 0 : (_lengthsV6 & (UInt128.One << (prefixLength - 1))) != 0;
}
