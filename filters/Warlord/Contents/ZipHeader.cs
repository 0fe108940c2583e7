using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>
/// Reads the names of the members of a zip as it passes, from the local headers and from the central directory alike, since programs believe one or the other. It goes from signature to
/// signature and trusts no length, so that bytes in front, a false directory, and an archive stored within the archive hide nothing. Nothing is unpacked.
/// </summary>
/// <remarks>Office documents of today are zips, and their macros are a member.</remarks>
internal sealed class ZipMembers
{
    /// <summary>Bytes of a name that are kept. Longer ones are told as they are up to there: no program can make a file of one.</summary>
    public const int NameBytesMax = 512;

    private const int SignatureBytes = 4;
    private const int LocalBytes = 30;
    private const int CentralBytes = 46;
    private const int EncryptedFlag = 1;

    private readonly byte[] _header = new byte[CentralBytes + NameBytesMax];
    private int _length;
    private int _needed;

    public void Reset() => _length = 0;

    /// <summary>Takes a chunk of content.</summary>
    public void Take(ReadOnlySpan<byte> chunk, IArchiveHandler handler)
    {
        while (!chunk.IsEmpty)
        {
            if (_length == 0)
            {
                int start = chunk.IndexOf("PK"u8);
                if (start < 0)
                {
                    start = chunk[^1] == 'P' ? chunk.Length - 1 : chunk.Length;
                }

                chunk = chunk[start..];
                _needed = SignatureBytes;
                if (chunk.IsEmpty)
                {
                    return;
                }
            }

            int taken = Math.Min(_needed - _length, chunk.Length);
            chunk[..taken].CopyTo(_header.AsSpan(_length));
            _length += taken;
            chunk = chunk[taken..];
            if (_length == _needed)
            {
                Advance(handler);
            }
        }
    }

    private void Advance(IArchiveHandler handler)
    {
        bool isLocal = _header.AsSpan().StartsWith("PK\u0003\u0004"u8);
        bool isCentral = _header.AsSpan().StartsWith("PK\u0001\u0002"u8);
        int fixedBytes = isLocal ? LocalBytes : CentralBytes;
        if (!isLocal && !isCentral)
        {
            Restart();
        }
        else if (_length < fixedBytes)
        {
            _needed = fixedBytes;
        }
        else
        {
            Read(fixedBytes, isLocal, handler);
        }
    }

    /// <summary>What looked like a signature was none; one may begin within it.</summary>
    private void Restart()
    {
        ReadOnlySpan<byte> seen = _header.AsSpan(1, _length - 1);
        int next = seen.IndexOf((byte)'P');
        _length = next < 0 || (next + 1 < seen.Length && seen[next + 1] != 'K') ? 0 : seen.Length - next;
        if (_length > 0)
        {
            seen[^_length..].CopyTo(_header);
        }

        _needed = SignatureBytes;
    }

    private void Read(int fixedBytes, bool isLocal, IArchiveHandler handler)
    {
        int nameBytes = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(isLocal ? 26 : 28)), (ushort)NameBytesMax);
        if (_length < fixedBytes + nameBytes)
        {
            _needed = fixedBytes + nameBytes;
            return;
        }

        if ((BinaryPrimitives.ReadUInt16LittleEndian(_header.AsSpan(isLocal ? 6 : 8)) & EncryptedFlag) != 0)
        {
            handler.OnUnreadable("zip member encrypted");
        }

        handler.OnMember(_header.AsSpan(fixedBytes, nameBytes));
        _length = 0;
    }
}
