namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Finds one string of bytes in content that passes in chunks.</summary>
/// <param name="needle">The bytes; at most 32.</param>
internal sealed class StreamSearch(byte[] needle)
{
    private readonly byte[] _joint = new byte[2 * needle.Length];
    private int _kept;

    public void Reset() => _kept = 0;

    /// <summary>Takes a chunk.</summary>
    /// <returns>Whether the string ends in it.</returns>
    public bool Take(ReadOnlySpan<byte> chunk)
    {
        int overlap = needle.Length - 1;
        ReadOnlySpan<byte> start = chunk[..Math.Min(chunk.Length, overlap)];
        start.CopyTo(_joint.AsSpan(_kept));
        Span<byte> joint = _joint.AsSpan(0, _kept + start.Length);
        bool found = joint.IndexOf(needle) >= 0 || chunk.IndexOf(needle) >= 0;
        ReadOnlySpan<byte> last = chunk.Length >= overlap ? chunk[^overlap..] : joint[^Math.Min(joint.Length, overlap)..];
        _kept = last.Length;
        last.CopyTo(_joint);
        return found;
    }
}
