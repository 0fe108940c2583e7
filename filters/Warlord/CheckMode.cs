namespace EdgeSmtp.Filters.Warlord;

/// <summary>For whom a list of signatures is looked through, as the switches BADMIMETYPE and BADLOADERTYPE of Spamcontrol say it.</summary>
/// <param name="IsOn">Whether at all.</param>
/// <param name="SparesRelay">Whether clients that may relay are left alone.</param>
/// <param name="RefusesWhiteSpace">Whether white space within base64 is refused too.</param>
/// <param name="First">Only signatures that begin with this character; NUL for all.</param>
internal readonly record struct CheckMode(bool IsOn, bool SparesRelay = false, bool RefusesWhiteSpace = false, char First = '\0')
{
    /// <summary>Reads BADMIMETYPE: a name, or the letters of Spamcontrol as they are documented.</summary>
    public static bool TryParsePrefixes(string? text, out CheckMode mode)
    {
        CheckMode? read = text switch
        {
            null or "-" => new CheckMode(false),
            "" => new CheckMode(true),
            "!" => new CheckMode(true, RefusesWhiteSpace: true),
            "+" => new CheckMode(true, SparesRelay: true),
            _ when Is(text, "Off") => new CheckMode(false),
            _ when Is(text, "On") => new CheckMode(true),
            _ when Is(text, "Strict") => new CheckMode(true, RefusesWhiteSpace: true),
            _ when Is(text, "ExceptRelay") => new CheckMode(true, SparesRelay: true),
            // Any other character is "on" to Spamcontrol.
            _ when text.Length == 1 => new CheckMode(true),
            _ => null,
        };
        mode = read ?? default;
        return read is not null;
    }

    /// <summary>Reads BADLOADERTYPE: a name, <c>-</c>, <c>+</c>, or the character with which keys begin.</summary>
    public static bool TryParseLoaders(string? text, out CheckMode mode)
    {
        CheckMode? read = text switch
        {
            null or "-" => new CheckMode(false),
            "" => new CheckMode(true),
            "+" => new CheckMode(true, SparesRelay: true),
            _ when text.Length == 1 => new CheckMode(true, First: text[0]),
            _ when Is(text, "Off") => new CheckMode(false),
            _ when Is(text, "On") => new CheckMode(true),
            _ when Is(text, "ExceptRelay") => new CheckMode(true, SparesRelay: true),
            _ => null,
        };
        mode = read ?? default;
        return read is not null;
    }

    /// <summary>Whether this client's mail is looked through.</summary>
    public bool Concerns(bool mayRelay) => IsOn && !(SparesRelay && mayRelay);

    private static bool Is(string text, string name) => text.Equals(name, StringComparison.OrdinalIgnoreCase);
}
