namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>The last of the bytes that were appended.</summary>
/// <param name="capacity">How many.</param>
internal sealed class ByteTail(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[Math.Max(bytes.Length - capacity, 0)..];
        int kept = Math.Min(_length, capacity - bytes.Length);
        _bytes.AsSpan(_length - kept, kept).CopyTo(_bytes);
        bytes.CopyTo(_bytes.AsSpan(kept));
        _length = kept + bytes.Length;
    }
}
