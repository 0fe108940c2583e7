namespace EdgeSmtp.Filters.Spf;

/// <summary>Reads behaviours: by name, or by qmail's number.</summary>
internal static class SpfBehaviors
{
    public static bool TryParse(string? text, out SpfBehavior behavior)
    {
        if (text is [>= '0' and <= '6'])
        {
            behavior = (SpfBehavior)(text[0] - '0');
            return true;
        }

        behavior = SpfBehavior.Annotate;
        return text is [not (>= '0' and <= '9') and not ('-' or '+'), ..] && Enum.TryParse(text, ignoreCase: true, out behavior) && Enum.IsDefined(behavior);
    }
}
