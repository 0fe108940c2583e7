namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>Prefix lengths at the end of a mechanism: <c>/24</c>, <c>//64</c>, <c>/24//64</c> (RFC 7208 §5.6).</summary>
internal static class DualCidr
{
    /// <summary>Cuts them off. A domain-spec may hold slashes too, so only digits at the very end count.</summary>
    /// <param name="argument">What follows the name of the mechanism; without the lengths afterwards.</param>
    /// <param name="prefixV4">0 to 32.</param>
    /// <param name="prefixV6">0 to 128.</param>
    public static bool TryCut(ref ReadOnlySpan<char> argument, out int prefixV4, out int prefixV6)
    {
        prefixV4 = 32;
        prefixV6 = 128;
        int start = DigitsStart(argument);
        if (start >= 2 && argument[start - 1] == '/' && argument[start - 2] == '/')
        {
            if (!TryLength(argument[start..], 128, out prefixV6))
            {
                return false;
            }

            argument = argument[..(start - 2)];
            start = DigitsStart(argument);
        }

        if (start >= 1 && argument[start - 1] == '/')
        {
            if (!TryLength(argument[start..], 32, out prefixV4))
            {
                return false;
            }

            argument = argument[..(start - 1)];
        }

        return true;
    }

    /// <summary>Reads one length: digits without leading zero, within its range.</summary>
    public static bool TryLength(ReadOnlySpan<char> text, int max, out int length)
    {
        length = 0;
        if (text.Length is 0 or > 3 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            length = (length * 10) + (c - '0');
        }

        return length <= max;
    }

    private static int DigitsStart(ReadOnlySpan<char> text)
    {
        int start = text.Length;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
        {
            start--;
        }

        // Without digits there is no length; "a/" is for the grammar of domains to refuse.
        return start == text.Length ? 0 : start;
    }
}
