namespace EdgeSmtp.Protocol.Mime;

/// <summary>The line that begins a uuencoded file: <c>begin 644 name</c>.</summary>
internal static class UuencodeBegin
{
    public static bool TryRead(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!line.StartsWith("begin "u8)) return false;
        ReadOnlySpan<byte> rest = line[6..].TrimStart((byte)' ');
        int digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        if (digits is not (3 or 4) || rest[digits] != ' ') return false;
        name = rest[digits..].Trim((byte)' ');
        return !name.IsEmpty;
    }
}
