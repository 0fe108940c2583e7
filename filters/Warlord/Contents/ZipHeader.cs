using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads one header of a member of a zip: a local one or one of the central directory, since programs believe one or the other. Nothing is unpacked.</summary>
/// <remarks>Office documents of today are zips, and their macros are a member.</remarks>
internal sealed class ZipHeader : IArchiveReader
{
    /// <summary>Bytes of a name that are kept. Longer ones are told as they are up to there: no program can make a file of one.</summary>
    public const int NameBytesMax = 512;

    // Counted from behind the "PK" that was found.
    private const int KindBytes = 2;
    private const int LocalBytes = 28;
    private const int CentralBytes = 44;
    private const int EncryptedFlag = 1;

    private readonly HeaderWalk _walk = new(CentralBytes + NameBytesMax);

    /// <summary>Where a header may begin.</summary>
    public static ReadOnlySpan<byte> Signature => "PK"u8;

    public void Begin() => _walk.Next(0, KindBytes);

    public bool Take(ReadOnlySpan<byte> bytes, IPartFindings findings)
    {
        while (!bytes.IsEmpty)
        {
            bytes = _walk.Take(bytes);
            while (_walk.IsComplete)
            {
                if (!Advance(findings))
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

        int nameBytes = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 24 : 26)..]), (ushort)NameBytesMax);
        if (header.Length < fixedBytes + nameBytes)
        {
            _walk.Want(fixedBytes + nameBytes);
            return true;
        }

        if ((BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 4 : 6)..]) & EncryptedFlag) != 0)
        {
            findings.OnUnreadable("zip member encrypted");
        }

        findings.OnMember(header.Slice(fixedBytes, nameBytes));
        return false;
    }
}
