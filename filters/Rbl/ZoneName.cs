namespace EdgeSmtp.Filters.Rbl;

/// <summary>Names of zones.</summary>
internal static class ZoneName
{
    /// <summary>A name of 253 characters less the 64 that the nibbles of an IPv6 address take.</summary>
    public const int LengthMax = 189;

    private const int LabelLengthMax = 63;

    /// <summary>Whether a list can have this name.</summary>
    public static bool IsValid(string zone)
    {
        ReadOnlySpan<char> rest = zone.AsSpan().TrimEnd('.');
        if (rest.IsEmpty || rest.Length > LengthMax)
        {
            return false;
        }

        foreach (Range range in rest.Split('.'))
        {
            ReadOnlySpan<char> label = rest[range];
            if (label.IsEmpty || label.Length > LabelLengthMax)
            {
                return false;
            }

            foreach (char c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
