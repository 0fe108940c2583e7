using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads the names of the members of a RAR archive of format 4 or 5 as it passes, from header to header; of blocks that it does not know it reads the size. Nothing is unpacked.</summary>
internal sealed class RarArchive : IArchiveReader
{
    /// <summary>Bytes of a header that are kept: a name that goes on behind them is refused, and no program makes one.</summary>
    public const int KeptBytes = 4096;

    private const int BlockBytes = 7;
    private const int LargeFile = 0x100;
    private const int UnicodeName = 0x200;
    private const int HasData = 0x8000;

    private readonly HeaderWalk _walk = new(KeptBytes);
    private readonly MemberName _name = new();
    private State _state;

    private enum State : byte
    {
        Version,
        Version4,
        Version5,
        Done,
    }

    /// <summary>Where an archive may begin: programs look for it behind whatever stands in front.</summary>
    public static ReadOnlySpan<byte> Signature => "Rar!\u001A\u0007"u8;

    public void Begin()
    {
        _state = State.Version;
        _walk.Next(0, 1);
    }

    public bool Take(ReadOnlySpan<byte> bytes, IPartFindings findings)
    {
        while (_state != State.Done && !bytes.IsEmpty)
        {
            bytes = _walk.Take(bytes);
            while (_walk.IsComplete && _state != State.Done)
            {
                Advance(findings);
            }
        }

        return _state != State.Done;
    }

    private void Advance(IPartFindings findings)
    {
        switch (_state)
        {
            case State.Version:
                // The signature of format 5 has one byte more.
                byte version = _walk.Header[0];
                _state = version switch { 0 => State.Version4, 1 => State.Version5, _ => State.Done };
                _walk.Next(version, BlockBytes);
                break;
            case State.Version4:
                ReadVersion4(findings);
                break;
            default:
                ReadVersion5(findings);
                break;
        }
    }

    private void ReadVersion4(IPartFindings findings)
    {
        ReadOnlySpan<byte> header = _walk.Header;
        byte type = header[2];
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(header[3..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header[5..]);
        if (size < BlockBytes)
        {
            Break(findings);
            return;
        }

        if (header.Length < Math.Min(size, KeptBytes))
        {
            _walk.Want(size);
            return;
        }

        if (type == 0x73 && (flags & 0x80) != 0)
        {
            findings.OnUnreadable("rar directory encrypted");
            _state = State.Done;
            return;
        }

        if (type == 0x7B)
        {
            _state = State.Done;
            return;
        }

        // Files, old services, recovery records and services have data whatever their flags say.
        bool hasData = type is 0x74 or 0x77 or 0x78 or 0x7A || (flags & HasData) != 0;
        long data = hasData && header.Length >= 11 ? BinaryPrimitives.ReadUInt32LittleEndian(header[7..]) : 0;
        if (type is 0x74 or 0x7A && (flags & LargeFile) != 0 && header.Length >= 36)
        {
            data += (long)BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) << 32;
        }

        int name = (flags & LargeFile) != 0 ? 40 : 32;
        if (type == 0x74 && header.Length > name)
        {
            TellVersion4(header[name..], BinaryPrimitives.ReadUInt16LittleEndian(header[26..]), size > header.Length, flags, findings);
        }

        _walk.Next(size - header.Length + data, BlockBytes);
    }

    private void TellVersion4(ReadOnlySpan<byte> field, int length, bool isCut, int flags, IPartFindings findings)
    {
        ReadOnlySpan<byte> name = Name(field, (ulong)length, isCut, findings);
        int nul = (flags & UnicodeName) != 0 ? name.IndexOf((byte)0) : -1;
        if (nul < 0)
        {
            Tell(name, (flags & 4) != 0, findings);
            return;
        }

        // The second name is the one that programs show; the first is for those that know no other.
        Tell(name[..nul], (flags & 4) != 0, findings);
        Span<byte> decoded = stackalloc byte[2 * KeptBytes];
        Tell(decoded[..RarUnicodeName.Decode(name, nul + 1, decoded)], false, findings);
    }

    private void ReadVersion5(IPartFindings findings)
    {
        VintReader reader = new(_walk.Header[4..]);
        ulong size = reader.Read();
        long total = 4 + reader.Position + (long)Math.Min(size, int.MaxValue);
        if (reader.IsBroken || total < BlockBytes)
        {
            Break(findings);
            return;
        }

        if (_walk.Length < Math.Min(total, KeptBytes))
        {
            _walk.Want(total);
            return;
        }

        ulong type = reader.Read();
        ulong flags = reader.Read();
        ulong extra = (flags & 1) != 0 ? reader.Read() : 0;
        ulong data = (flags & 2) != 0 ? reader.Read() : 0;
        if (reader.IsBroken)
        {
            Break(findings);
            return;
        }

        if (type is 4 or 5)
        {
            if (type == 4)
            {
                findings.OnUnreadable("rar directory encrypted");
            }

            _state = State.Done;
            return;
        }

        if (type == 2)
        {
            ReadFile5(ref reader, total, extra, findings);
        }

        _walk.Next(total - _walk.Length + (long)Math.Min(data, long.MaxValue / 4), BlockBytes);
    }

    private void ReadFile5(ref VintReader reader, long total, ulong extra, IPartFindings findings)
    {
        ulong flags = reader.Read();
        reader.Read();
        reader.Read();
        reader.Skip(((flags & 2) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 4 : 0));
        reader.Read();
        reader.Read();
        ulong length = reader.Read();

        // The records at the end of the header begin with a length and a type; encryption is type 1.
        ReadOnlySpan<byte> header = _walk.Header;
        bool isEncrypted = false;
        if (extra > 0 && total <= header.Length && extra < (ulong)header.Length)
        {
            VintReader records = new(header[^(int)extra..]);
            records.Read();
            isEncrypted = records.Read() == 1 && !records.IsBroken;
        }

        if (!reader.IsBroken)
        {
            Tell(Name(reader.Rest, length, total > header.Length, findings), isEncrypted, findings);
        }
    }

    /// <summary>The name at the beginning of a field, as far as it is there.</summary>
    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> field, ulong length, bool isCut, IPartFindings findings)
    {
        if (length <= (ulong)field.Length)
        {
            return field[..(int)length];
        }

        if (isCut)
        {
            findings.Found(WarlordFinding.TooComplex, "rar name too long");
        }

        return field;
    }

    private void Tell(ReadOnlySpan<byte> name, bool isEncrypted, IPartFindings findings)
    {
        _name.Begin();
        _name.Take(name, findings);
        _name.End(findings);
        if (isEncrypted)
        {
            findings.OnUnreadable("rar member encrypted");
        }
    }

    private void Break(IPartFindings findings)
    {
        findings.OnUnreadable("rar header broken");
        _state = State.Done;
    }
}
