namespace EdgeSmtp.Protocol.Smtp;

/// <summary>A BDAT command (RFC 3030 §2).</summary>
/// <param name="SizeBytes">Octets of the chunk that follows the command line; 0 is legal.</param>
/// <param name="Last">Whether the message ends with this chunk.</param>
public readonly record struct BdatCommand(long SizeBytes, bool Last)
{
    /// <summary>Parses <c>n [LAST]</c>.</summary>
    /// <param name="argument">What follows <c>BDAT</c>.</param>
    /// <param name="command">The command; its default when an error is returned.</param>
    /// <returns><see cref="CommandError.Syntax"/> for a sign, for no number, for one over 2^63-1, and for anything but LAST behind it: the chunk's end is then unknown, so the caller must close.</returns>
    public static CommandError TryParse(ReadOnlySpan<byte> argument, out BdatCommand command)
    {
        command = default;
        int digits = argument.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) digits = argument.Length;
        if (digits == 0 || !TryParseNumber(argument[..digits], out long size)) return CommandError.Syntax;
        ReadOnlySpan<byte> rest = argument[digits..];
        if (!rest.IsEmpty && rest[0] != ' ') return CommandError.Syntax;
        rest = rest.Trim((byte)' ');
        if (!rest.IsEmpty && !System.Text.Ascii.EqualsIgnoreCase(rest, "LAST"u8)) return CommandError.Syntax;
        command = new BdatCommand(size, !rest.IsEmpty);
        return CommandError.None;
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (byte b in digits)
        {
            int digit = b - '0';
            if (value > (long.MaxValue - digit) / 10) return false;
            value = (value * 10) + digit;
        }

        return true;
    }
}
