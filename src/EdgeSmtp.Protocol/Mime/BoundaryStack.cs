namespace EdgeSmtp.Protocol.Mime;

/// <summary>The multiparts and messages around the part that is read now, outermost first.</summary>
internal sealed class BoundaryStack(int depthMax)
{
    /// <summary>Bytes kept of each boundary: RFC 2046 §5.1.1 allows 70, and longer ones are read as far as this.</summary>
    public const int BytesEach = 256;

    private readonly Level[] _levels = new Level[depthMax];
    private readonly byte[] _boundaries = new byte[depthMax * BytesEach];

    public int Count { get; private set; }

    /// <summary>Whether a line may be a delimiter at all.</summary>
    public bool HasBoundary { get; private set; }

    public bool IsFull => Count == depthMax;

    /// <summary>Whether a part without a type is a message here.</summary>
    public bool IsInDigest => Count > 0 && _levels[Count - 1].IsDigest;

    public ref Level this[int index] => ref _levels[index];

    public void Clear()
    {
        Count = 0;
        HasBoundary = false;
    }

    /// <summary>Goes into a message, which has no delimiter.</summary>
    public void PushMessage() => _levels[Count++] = default;

    /// <summary>Goes into a multipart.</summary>
    /// <returns>Whether a line could be a delimiter of this one and of one around it.</returns>
    public bool PushMultipart(ReadOnlySpan<byte> boundary, bool isDigest)
    {
        bool isReused = false;
        for (int i = 0; i < Count; i++) isReused |= _levels[i].BoundaryLength > 0 && AreOne(boundary, BoundaryOf(i));
        boundary.CopyTo(_boundaries.AsSpan(Count * BytesEach));
        _levels[Count++] = new Level { BoundaryLength = boundary.Length, IsDigest = isDigest };
        HasBoundary = true;
        return isReused;
    }

    /// <summary>Leaves the innermost one.</summary>
    public Level Pop()
    {
        Level level = _levels[--Count];
        HasBoundary = false;
        for (int i = 0; i < Count && !HasBoundary; i++) HasBoundary = _levels[i].BoundaryLength > 0;
        return level;
    }

    /// <summary>Tells which delimiter a line is (RFC 2046 §5.1.1).</summary>
    /// <param name="line">The line without its line end; begins with two hyphens.</param>
    /// <param name="isClose">Whether it ends its multipart.</param>
    /// <param name="hasSuffix">Whether it begins like a delimiter and goes on, and is none.</param>
    /// <returns>The index of the multipart, the innermost first; −1 when it is none.</returns>
    public int Match(ReadOnlySpan<byte> line, out bool isClose, out bool hasSuffix)
    {
        isClose = hasSuffix = false;
        line = line[2..].TrimEnd(" \t"u8);
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_levels[i].BoundaryLength == 0 || !line.StartsWith(BoundaryOf(i))) continue;
            ReadOnlySpan<byte> suffix = line[_levels[i].BoundaryLength..];
            isClose = suffix.SequenceEqual("--"u8);
            if (isClose || suffix.IsEmpty)
            {
                hasSuffix = false;
                return i;
            }

            hasSuffix = true;
        }

        return -1;
    }

    private static bool AreOne(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        ReadOnlySpan<byte> longer = one.Length > other.Length ? one : other;
        ReadOnlySpan<byte> shorter = one.Length > other.Length ? other : one;
        return longer.StartsWith(shorter) && (longer.Length == shorter.Length || longer[shorter.Length..].SequenceEqual("--"u8));
    }

    private ReadOnlySpan<byte> BoundaryOf(int level) => _boundaries.AsSpan(level * BytesEach, _levels[level].BoundaryLength);

    /// <summary>A multipart, or a message when it has no boundary.</summary>
    internal struct Level
    {
        public int BoundaryLength;
        public bool IsDigest;
        public bool HasPart;
        public bool IsClosed;
    }
}
