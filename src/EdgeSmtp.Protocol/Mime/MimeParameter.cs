namespace EdgeSmtp.Protocol.Mime;

/// <summary>One parameter of a structured field, as it stands there.</summary>
internal readonly ref struct MimeParameter
{
    /// <summary>Its name, without what RFC 2231 puts behind it.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Its value, without quotes, with backslashes.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Whether the value stood in quotes.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Whether more stands between its closing quote and the semicolon, which some readers take for a part of the value.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>Number of its section (RFC 2231 §3); −1 when it is whole.</summary>
    public int Section { get; init; }

    /// <summary>Whether it is percent-encoded (RFC 2231 §4).</summary>
    public bool IsExtended { get; init; }

    public bool Is(ReadOnlySpan<byte> name) => System.Text.Ascii.EqualsIgnoreCase(Name, name);
}
