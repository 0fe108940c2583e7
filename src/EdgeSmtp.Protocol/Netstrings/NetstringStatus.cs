namespace EdgeSmtp.Protocol.Netstrings;

/// <summary>What became of a netstring, or a part of one, that was read. The errors leave the connection out of step.</summary>
public enum NetstringStatus : byte
{
    /// <summary>The input ended within it.</summary>
    NeedMore,

    /// <summary>It is complete.</summary>
    Complete,

    /// <summary>There is something other than digits and a colon where the length stands, or no digit.</summary>
    BadLength,

    /// <summary>The length has a leading zero, so that one string would have two forms.</summary>
    LeadingZero,

    /// <summary>The length is over the limit.</summary>
    TooLong,

    /// <summary>Something other than a comma follows the string.</summary>
    MissingComma,
}
