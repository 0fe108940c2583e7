namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Finds each place of a signature in content that passes in chunks.</summary>
/// <param name="signature">Its bytes, of which the first does not come a second time.</param>
internal sealed class SignatureSearch(byte[] signature)
{
    private int _matched;

    public void Reset() => _matched = 0;

    /// <summary>Finds the next place.</summary>
    /// <param name="chunk">What follows the bytes that were looked at before.</param>
    /// <returns>How many bytes of the chunk there are up to the end of the signature; -1 when it does not end in it.</returns>
    public int Find(ReadOnlySpan<byte> chunk)
    {
        int at = 0;
        while (_matched > 0 && at < chunk.Length)
        {
            Match(chunk[at++]);
            if (_matched == signature.Length)
            {
                _matched = 0;
                return at;
            }
        }

        int found = chunk[at..].IndexOf(signature);
        if (found >= 0)
        {
            return at + found + signature.Length;
        }

        ReadOnlySpan<byte> last = chunk[Math.Max(at, chunk.Length - signature.Length + 1)..];
        foreach (byte b in last)
        {
            Match(b);
        }

        return -1;
    }

    private void Match(byte b) => _matched = b == signature[_matched] ? _matched + 1 : b == signature[0] ? 1 : 0;
}
