using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads the names of the members of a RAR archive of format 4 or 5 as it passes, from header to header. Nothing is unpacked.</summary>
internal sealed class RarMembers
{
    /// <summary>Bytes of a header that are kept: a name that goes on behind them is too much, and no program makes one.</summary>
    public const int KeptBytes = 4096;

    private const int SignatureBytes = 7;
    private const int BlockBytes = 7;
    private const int LargeFile = 0x100;
    private const int HasData = 0x8000;

    private readonly HeaderWalk _walk = new(KeptBytes);
    private readonly MemberName _name = new();
    private State _state;

    private enum State : byte
    {
        Signature,
        Version4,
        Version5Mark,
        Version5,
        Done,
    }

    public void Reset()
    {
        _state = State.Signature;
        _walk.Next(0, SignatureBytes);
    }

    /// <summary>Takes a chunk of content.</summary>
    public void Take(ReadOnlySpan<byte> chunk, IPartFindings findings)
    {
        while (_state != State.Done && !chunk.IsEmpty)
        {
            chunk = _walk.Take(chunk);
            while (_walk.IsComplete && _state != State.Done)
            {
                Advance(findings);
            }
        }
    }

    private void Advance(IPartFindings findings)
    {
        switch (_state)
        {
            case State.Signature:
                _state = _walk.Header.SequenceEqual("Rar!\u001A\u0007\u0000"u8) ? State.Version4 : _walk.Header.SequenceEqual("Rar!\u001A\u0007\u0001"u8) ? State.Version5Mark : State.Done;
                _walk.Next(0, _state == State.Version4 ? BlockBytes : 1);
                break;
            case State.Version5Mark:
                _state = State.Version5;
                _walk.Next(0, 7);
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
        if (size < BlockBytes || type is < 0x72 or > 0x7A)
        {
            _state = State.Done;
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

        long data = (type == 0x74 || (flags & HasData) != 0) && header.Length >= 11 ? BinaryPrimitives.ReadUInt32LittleEndian(header[7..]) : 0;
        if (type == 0x74 && header.Length >= 40)
        {
            int name = (flags & LargeFile) != 0 ? 40 : 32;
            data += (flags & LargeFile) != 0 ? (long)BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) << 32 : 0;
            Tell(header[name..], BinaryPrimitives.ReadUInt16LittleEndian(header[26..]), size > header.Length, (flags & 4) != 0, findings);
        }
        else if (type == 0x74 && header.Length > 32)
        {
            Tell(header[32..], BinaryPrimitives.ReadUInt16LittleEndian(header[26..]), size > header.Length, (flags & 4) != 0, findings);
        }

        GoOn(size - header.Length, data, BlockBytes);
    }

    private void ReadVersion5(IPartFindings findings)
    {
        VintReader reader = new(_walk.Header[4..]);
        ulong size = reader.Read();
        long total = 4 + reader.Position + (long)Math.Min(size, int.MaxValue);
        if (reader.IsBroken || size == 0)
        {
            _state = State.Done;
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
        if (type == 4)
        {
            findings.OnUnreadable("rar directory encrypted");
        }

        if (type is 4 or 5 or > 5 || reader.IsBroken)
        {
            _state = State.Done;
            return;
        }

        if (type == 2)
        {
            ReadFile5(ref reader, total, extra, findings);
        }

        GoOn(total - _walk.Length, (long)Math.Min(data, long.MaxValue / 4), 7);
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
            Tell(reader.Rest, length, total > header.Length, isEncrypted, findings);
        }
    }

    private void Tell(ReadOnlySpan<byte> name, ulong length, bool isCut, bool isEncrypted, IPartFindings findings)
    {
        if (length <= (ulong)name.Length)
        {
            name = name[..(int)length];
        }
        else if (isCut)
        {
            findings.Found(WarlordFinding.TooComplex, "rar name too long");
        }

        _name.Begin();
        _name.Take(name, findings);
        _name.End(findings);
        if (isEncrypted)
        {
            findings.OnUnreadable("rar member encrypted");
        }
    }

    /// <summary>Goes on behind what is left of the header and behind its data.</summary>
    private void GoOn(long left, long data, int needed) => _walk.Next(Math.Max(left, 0) + data, needed);
}
