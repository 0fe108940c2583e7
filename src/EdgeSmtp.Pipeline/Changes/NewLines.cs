namespace EdgeSmtp.Pipeline.Changes;

/// <summary>Looks at line ends.</summary>
internal static class NewLines
{
    /// <summary>Whether every CR is followed by LF, and every LF follows CR.</summary>
    public static bool AreStrict(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            int at = text.IndexOfAny((byte)'\r', (byte)'\n');
            if (at < 0)
            {
                return true;
            }

            if (!text[at..].StartsWith("\r\n"u8))
            {
                return false;
            }

            text = text[(at + 2)..];
        }
    }
}
