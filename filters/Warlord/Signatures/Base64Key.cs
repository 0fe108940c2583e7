namespace EdgeSmtp.Filters.Warlord.Signatures;

/// <summary>The bits that characters of base64 stand for, six each.</summary>
internal static class Base64Key
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>Reads a key of at most ten characters.</summary>
    /// <returns>False when a character is none of base64.</returns>
    public static bool TryRead(string key, out ulong bits)
    {
        bits = 0;
        foreach (char c in key)
        {
            int value = Digits.IndexOf(c, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            bits = (bits << 6) | (uint)value;
        }

        return true;
    }

    /// <summary>Checks the keys of a list and cuts each to its length, as the compilers of Spamcontrol do.</summary>
    public static List<string> Cut(IEnumerable<string> lines, int length, ICollection<string> errors)
    {
        List<string> keys = [];
        foreach (string line in lines)
        {
            if (line.Length < length)
            {
                errors.Add($"'{line}' is shorter than {length} characters");
            }
            else if (!TryRead(line[..length], out _))
            {
                errors.Add($"'{line[..length]}' is no base64");
            }
            else
            {
                keys.Add(line[..length]);
            }
        }

        return keys;
    }
}
