namespace EdgeSmtp.Protocol.Mime;

/// <summary>Two hexadecimal digits of either case.</summary>
internal static class Hex
{
    public static bool TryRead(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 2) return false;
        int high = Digit(text[0]), low = Digit(text[1]);
        if ((high | low) < 0) return false;
        value = (byte)((high << 4) | low);
        return true;
    }

    /// <summary>The value of a digit; −1 for what is none.</summary>
    public static int Digit(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        _ => -1,
    };
}
