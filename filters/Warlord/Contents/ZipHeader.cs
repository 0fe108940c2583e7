using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads one header of a member of a zip: a local one or one of the central directory, since programs believe one or the other. Nothing is unpacked.</summary>
/// <remarks>Office documents of today are zips, and their macros are a member.</remarks>
internal sealed class ZipHeader : IArchiveReader
{
    // Counted from behind the "PK" that was found.
    private const int KindBytes = 2;
    private const int LocalBytes = 28;
    private const int CentralBytes = 44;
    private const int EncryptedFlag = 1;

    private readonly HeaderWalk _walk = new(CentralBytes);
    private readonly MemberName _name = new();
    private int _nameLeft;

    /// <summary>Where a header may begin.</summary>
    public static ReadOnlySpan<byte> Signature => "PK"u8;

    public void Begin()
    {
        _walk.Next(0, KindBytes);
        _nameLeft = 0;
    }

    public bool Take(ReadOnlySpan<byte> bytes, IPartFindings findings)
    {
        while (!bytes.IsEmpty)
        {
            if (_nameLeft > 0)
            {
                ReadOnlySpan<byte> piece = bytes[..Math.Min(_nameLeft, bytes.Length)];
                _name.Take(piece, findings);
                _nameLeft -= piece.Length;
                bytes = bytes[piece.Length..];
                if (_nameLeft == 0)
                {
                    _name.End(findings);
                    return false;
                }
            }
            else
            {
                bytes = _walk.Take(bytes);
                if (_walk.IsComplete && !Advance(findings))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool Advance(IPartFindings findings)
    {
        ReadOnlySpan<byte> header = _walk.Header;
        bool isLocal = header.StartsWith("\u0003\u0004"u8);
        if (!isLocal && !header.StartsWith("\u0001\u0002"u8))
        {
            return false;
        }

        int fixedBytes = isLocal ? LocalBytes : CentralBytes;
        if (header.Length < fixedBytes)
        {
            _walk.Want(fixedBytes);
            return true;
        }

        if ((BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 4 : 6)..]) & EncryptedFlag) != 0)
        {
            findings.OnUnreadable("zip member encrypted");
        }

        _nameLeft = BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 24 : 26)..]);
        _name.Begin();
        return _nameLeft > 0;
    }
}
