namespace EdgeSmtp.Filters.Spf.Macros;

/// <summary>A parsed macro string (RFC 7208 §7.1). Immutable.</summary>
internal sealed class MacroString
{
    public MacroString(IReadOnlyList<MacroPart> parts)
    {
        Parts = parts;
        foreach (MacroPart part in parts)
        {
            UsesClientName |= part.Letter == 'p';
            UsesLocalPart |= part.Letter is 's' or 'l';
        }
    }

    public IReadOnlyList<MacroPart> Parts { get; }

    /// <summary>Whether <c>%{p}</c> stands in it, which costs look-ups.</summary>
    public bool UsesClientName { get; }

    /// <summary>Whether the local part of the sender stands in it.</summary>
    public bool UsesLocalPart { get; }
}
