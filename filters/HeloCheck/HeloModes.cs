namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>Reads modes, and tells what each includes.</summary>
internal static class HeloModes
{
    /// <summary>Reads a name or a letter of qmail's HELOCHECK; whatever is longer than a letter and no name is what qmail makes of it: an error here.</summary>
    public static bool TryParse(string? text, out HeloMode mode)
    {
        HeloMode? found = text switch
        {
            null => HeloMode.Syntax,
            "" => HeloMode.ListsOnly,
            "!" => HeloMode.Present,
            "." => HeloMode.Strict,
            "=" => HeloMode.ClientName,
            "A" => HeloMode.Address,
            "M" => HeloMode.Mx,
            _ => !char.IsAsciiDigit(text[0]) && Enum.TryParse(text, ignoreCase: true, out HeloMode named) && Enum.IsDefined(named) ? named : null,
        };
        mode = found ?? HeloMode.Syntax;
        return found is not null;
    }

    public static bool NeedsName(this HeloMode mode) => mode is not (HeloMode.Syntax or HeloMode.ListsOnly);

    // A name that is not the client's is refused for that, however well it is written.
    public static bool ChecksSyntax(this HeloMode mode) => mode is not (HeloMode.ListsOnly or HeloMode.ClientName);

    public static bool ReadsBadList(this HeloMode mode) => mode != HeloMode.Present;

    public static bool AsksDns(this HeloMode mode) => mode is HeloMode.ClientName or HeloMode.Address or HeloMode.Mx;
}
