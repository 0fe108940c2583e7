namespace EdgeSmtp.Protocol.Mime;

/// <summary>Decodes encoded words (RFC 2047 §2) to the bytes that they stand for.</summary>
internal static class EncodedWords
{
    /// <summary>Appends a text with its encoded words decoded. White space between two of them is no part of the text (RFC 2047 §6.2).</summary>
    /// <returns>Whether every word could be decoded, and is in a character set that holds ASCII.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, BoundedBytes output)
    {
        bool isReadable = true;
        bool follows = false;
        bool isOpen = false;
        while (!text.IsEmpty)
        {
            int start = text.IndexOf("=?"u8);
            ReadOnlySpan<byte> before = start < 0 ? text : text[..start];
            if (!follows || start < 0 || before.IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0)
            {
                output.Append(before);
                follows = false;
            }

            if (start < 0) break;
            text = text[start..];
            bool wasOpen = isOpen;
            if (TryRead(text, out int length, output, out isOpen, ref isReadable))
            {
                // RFC 2047 §5: each word is decoded by itself. Some readers join them first, and then its group ends in the next word.
                if (follows && wasOpen) isReadable = false;
                text = text[length..];
                follows = true;
            }
            else
            {
                output.Append(text[..2]);
                text = text[2..];
                follows = isReadable = false;
            }
        }

        return isReadable;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, out int length, BoundedBytes output, out bool isOpen, ref bool isReadable)
    {
        length = 0;
        isOpen = false;
        ReadOnlySpan<byte> rest = text[2..];
        int first = rest.IndexOf((byte)'?');
        if (first <= 0 || first + 3 > rest.Length || rest[first + 2] != '?') return false;
        int end = rest[(first + 3)..].IndexOf("?="u8);
        if (end < 0) return false;
        ReadOnlySpan<byte> charset = rest[..first];
        int language = charset.IndexOf((byte)'*');
        if (!Charsets.HoldsAscii(language < 0 ? charset : charset[..language])) isReadable = false;
        ReadOnlySpan<byte> word = rest.Slice(first + 3, end);
        length = 2 + first + 3 + end + 2;
        switch (rest[first + 1] | 0x20)
        {
            case 'q':
                AppendQ(word, output, ref isReadable);
                return true;
            case 'b':
                AppendB(word, output, out isOpen, ref isReadable);
                return true;
            default:
                return false;
        }
    }

    /// <summary>RFC 2047 §4.2. Where <c>=</c> has no two digits, some readers keep it and others look for them in the next word.</summary>
    private static void AppendQ(ReadOnlySpan<byte> word, BoundedBytes output, ref bool isReadable)
    {
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] == '=' && Hex.TryRead(word[(i + 1)..], out byte value))
            {
                output.Append(value);
                i += 2;
            }
            else
            {
                if (word[i] == '=') isReadable = false;
                output.Append(word[i] == '_' ? (byte)' ' : word[i]);
            }
        }
    }

    /// <summary>RFC 2047 §4.1. Readers add padding that is missing.</summary>
    private static void AppendB(ReadOnlySpan<byte> word, BoundedBytes output, out bool isOpen, ref bool isReadable)
    {
        Span<byte> decoded = stackalloc byte[NameCollector.BytesMax];
        Base64Decoder decoder = default;
        int written = decoder.Decode(word, decoded, out _);
        written += decoder.Finish(decoded[written..]);
        if (decoder.HasJunk || decoder.HasBadPadding) isReadable = false;
        isOpen = decoder.IsTruncated;
        output.Append(decoded[..written]);
    }
}
