namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Decodes the second name of a file of RAR 4. Letters outside ASCII matter to no rule of extensions, and become a question mark.</summary>
/// <remarks>The encoded part is a byte that is the upper half of many characters, then two bits for each step, of which four stand in front of what they belong to.</remarks>
internal static class RarUnicodeName
{
    /// <summary>Decodes a name.</summary>
    /// <param name="field">The first name, a NUL, and the second one. Characters of the first are taken over into the second by their place.</param>
    /// <param name="at">Where the second begins.</param>
    /// <param name="decoded">Takes the name; twice as long as the field.</param>
    /// <returns>The length of the name.</returns>
    public static int Decode(ReadOnlySpan<byte> field, int at, Span<byte> decoded)
    {
        int upper = at < field.Length ? field[at++] : 0;
        int length = 0;
        int steps = 0;
        int bits = 0;
        while (at < field.Length)
        {
            if (bits == 0)
            {
                steps = field[at++];
                bits = 8;
            }

            bits -= 2;
            switch ((steps >> bits) & 3)
            {
                case 0 when at < field.Length:
                    decoded[length++] = Character(field[at++], 0);
                    break;
                case 1 when at < field.Length:
                    decoded[length++] = Character(field[at++], upper);
                    break;
                case 2 when at + 1 < field.Length:
                    decoded[length++] = Character(field[at], field[at + 1]);
                    at += 2;
                    break;
                case 3 when at < field.Length:
                    int run = field[at++];
                    bool isMoved = run >= 0x80 && at < field.Length;
                    int move = isMoved ? field[at++] : 0;
                    for (int left = (run & 0x7F) + 2; left > 0 && length < field.Length; left--, length++)
                    {
                        decoded[length] = Character((byte)(field[length] + move), isMoved ? upper : 0);
                    }

                    break;
                default:
                    return length;
            }
        }

        return length;
    }

    private static byte Character(byte lower, int upper) => upper == 0 && lower < 0x80 ? lower : (byte)'?';
}
