namespace EdgeSmtp.Filters.Spf.Macros;

/// <summary>Where a macro string stands, which decides what may stand in it (RFC 7208 §7.1, §7.2).</summary>
internal enum MacroUse : byte
{
    /// <summary>The argument of a term.</summary>
    Term,

    /// <summary>The text of an explanation, which may hold spaces and the letters c, r and t.</summary>
    Explanation,
}
