namespace EdgeSmtp.Protocol.Mime;

/// <summary>Bytes that are kept up to a limit. What is over it is dropped and noted.</summary>
internal sealed class BoundedBytes(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    /// <summary>Whether anything was dropped since the last <see cref="Clear"/>.</summary>
    public bool IsCut { get; private set; }

    public int Room => _bytes.Length - Length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        IsCut = false;
    }

    public void Append(byte value)
    {
        if (Room == 0) IsCut = true;
        else _bytes[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> value)
    {
        int taken = Math.Min(value.Length, Room);
        IsCut |= taken < value.Length;
        value[..taken].CopyTo(_bytes.AsSpan(Length));
        Length += taken;
    }

    /// <summary>Drops the end, back to a length that it had.</summary>
    public void CutTo(int length) => Length = length;
}
