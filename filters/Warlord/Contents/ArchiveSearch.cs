namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>
/// Finds a signature of archives wherever it stands in content that passes, and has what follows each read. What one reader takes for a name or for data is looked at for signatures all the
/// same, so that bytes in front, a false header, and an archive stored within the archive hide nothing.
/// </summary>
/// <typeparam name="TReader">Reads what follows the signature.</typeparam>
/// <param name="signature">See <see cref="SignatureSearch"/>.</param>
internal sealed class ArchiveSearch<TReader>(byte[] signature)
    where TReader : class, IArchiveReader, new()
{
    /// <summary>Readers at work at a time. Honest content needs one, and one more for each archive around it.</summary>
    public const int ReadersMax = 8;

    private readonly SignatureSearch _signature = new(signature);

    // Those at work come first; the others wait to be used again.
    private readonly List<TReader> _readers = [];
    private int _working;
    private bool _isTold;

    public void Reset()
    {
        _signature.Reset();
        _working = 0;
        _isTold = false;
    }

    /// <summary>Takes a chunk of content.</summary>
    public void Take(ReadOnlySpan<byte> chunk, IPartFindings findings)
    {
        while (!chunk.IsEmpty)
        {
            int end = _signature.Find(chunk);
            ReadOnlySpan<byte> piece = end < 0 ? chunk : chunk[..end];
            Read(piece, findings);
            if (end >= 0)
            {
                Open(findings);
            }

            chunk = chunk[piece.Length..];
        }
    }

    private void Read(ReadOnlySpan<byte> piece, IPartFindings findings)
    {
        for (int i = _working - 1; i >= 0; i--)
        {
            if (!_readers[i].Take(piece, findings))
            {
                _working--;
                (_readers[i], _readers[_working]) = (_readers[_working], _readers[i]);
            }
        }
    }

    private void Open(IPartFindings findings)
    {
        if (_working == ReadersMax)
        {
            if (_isTold)
            {
                return;
            }

            _isTold = true;
            findings.Found(WarlordFinding.TooComplex, "archives or their headers within one another");
            return;
        }

        if (_working == _readers.Count)
        {
            _readers.Add(new TReader());
        }

        _readers[_working++].Begin();
    }
}
