using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>
/// Reads one header of a member of a zip: a local one or one of the central directory, since programs believe one or the other. Its extra fields may hold another name, which programs prefer
/// when a checksum of the first fits (Info-ZIP's Unicode Path, APPNOTE §4.6.9): both are told. Nothing is unpacked.
/// </summary>
/// <remarks>Office documents of today are zips, and their macros are a member.</remarks>
internal sealed class ZipHeader : IArchiveReader
{
    // Counted from behind the "PK" that was found.
    private const int KindBytes = 2;
    private const int LocalBytes = 28;
    private const int CentralBytes = 44;
    private const int EncryptedFlag = 1;
    private const int FieldBytes = 4;
    private const int UnicodePath = 0x7075;

    /// <summary>Head of the field, its version and the checksum, in front of the name.</summary>
    private const int UnicodePathBytes = FieldBytes + 5;

    private readonly HeaderWalk _walk = new(CentralBytes);
    private readonly MemberName _name = new();
    private State _state;
    private int _nameLeft;
    private int _extraLeft;

    private enum State : byte
    {
        Header,
        Field,
        Done,
    }

    /// <summary>Where a header may begin.</summary>
    public static ReadOnlySpan<byte> Signature => "PK"u8;

    public void Begin()
    {
        _state = State.Header;
        _nameLeft = 0;
        _walk.Next(0, KindBytes);
    }

    public bool Take(ReadOnlySpan<byte> bytes, IPartFindings findings)
    {
        while (_state != State.Done && !bytes.IsEmpty)
        {
            if (_nameLeft > 0)
            {
                bytes = TakeName(bytes, findings);
                continue;
            }

            bytes = _walk.Take(bytes);
            if (!_walk.IsComplete)
            {
                continue;
            }

            if (_state == State.Header)
            {
                ReadHeader(findings);
            }
            else
            {
                ReadField();
            }
        }

        return _state != State.Done;
    }

    private ReadOnlySpan<byte> TakeName(ReadOnlySpan<byte> bytes, IPartFindings findings)
    {
        ReadOnlySpan<byte> piece = bytes[..Math.Min(_nameLeft, bytes.Length)];
        _name.Take(piece, findings);
        _nameLeft -= piece.Length;
        if (_nameLeft == 0)
        {
            _name.End(findings);
            NextField(0);
        }

        return bytes[piece.Length..];
    }

    private void ReadHeader(IPartFindings findings)
    {
        ReadOnlySpan<byte> header = _walk.Header;
        bool isLocal = header.StartsWith("\u0003\u0004"u8);
        if (!isLocal && !header.StartsWith("\u0001\u0002"u8))
        {
            _state = State.Done;
            return;
        }

        int fixedBytes = isLocal ? LocalBytes : CentralBytes;
        if (header.Length < fixedBytes)
        {
            _walk.Want(fixedBytes);
            return;
        }

        if ((BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 4 : 6)..]) & EncryptedFlag) != 0)
        {
            findings.OnUnreadable("zip member encrypted");
        }

        _extraLeft = BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 26 : 28)..]);
        BeginName(BinaryPrimitives.ReadUInt16LittleEndian(header[(isLocal ? 24 : 26)..]));
    }

    private void ReadField()
    {
        ReadOnlySpan<byte> field = _walk.Header;
        int size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(field[2..]), _extraLeft);
        if (BinaryPrimitives.ReadUInt16LittleEndian(field) != UnicodePath || FieldBytes + size <= UnicodePathBytes)
        {
            _extraLeft -= size;
            NextField(size);
        }
        else if (field.Length < UnicodePathBytes)
        {
            _walk.Want(UnicodePathBytes);
        }
        else
        {
            _extraLeft -= size;
            BeginName(FieldBytes + size - UnicodePathBytes);
        }
    }

    private void BeginName(int bytes)
    {
        _name.Begin();
        _nameLeft = bytes;
        if (bytes == 0)
        {
            NextField(0);
        }
    }

    /// <summary>Goes to the next extra field, behind what is left of this one.</summary>
    private void NextField(int skip)
    {
        if (_extraLeft < FieldBytes)
        {
            _state = State.Done;
            return;
        }

        _extraLeft -= FieldBytes;
        _state = State.Field;
        _walk.Next(skip, FieldBytes);
    }
}
