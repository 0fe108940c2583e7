using System.Buffers.Binary;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads the names of the members of a 7z archive as it passes: its directory stands at its end, and is most often packed itself, which is told. Nothing is unpacked.</summary>
internal sealed class SevenZipMembers
{
    /// <summary>Largest directory that is read.</summary>
    public const int DirectoryBytesMax = 64 << 10;

    private const int StartBytes = 32;
    private const byte PlainHeader = 0x01;
    private const byte NamesProperty = 0x11;

    private readonly HeaderWalk _start = new(StartBytes);
    private readonly MemberName _name = new();
    private HeaderWalk? _directory;
    private bool _isIn;
    private bool _isDone;

    public void Reset()
    {
        _isIn = _isDone = false;
        _start.Next(0, 6);
    }

    /// <summary>Takes a chunk of content.</summary>
    public void Take(ReadOnlySpan<byte> chunk, IArchiveHandler handler)
    {
        while (!_isDone && !chunk.IsEmpty)
        {
            HeaderWalk walk = _isIn ? _directory! : _start;
            chunk = walk.Take(chunk);
            if (!walk.IsComplete)
            {
                continue;
            }

            if (_isIn)
            {
                _isDone = true;
                Read(walk.Header, handler);
            }
            else
            {
                Begin(handler);
            }
        }
    }

    private void Begin(IArchiveHandler handler)
    {
        ReadOnlySpan<byte> start = _start.Header;
        if (BinaryPrimitives.ReadUInt32BigEndian(start) != 0x377ABCAF || start[4] != 0x27 || start[5] != 0x1C)
        {
            _isDone = true;
            return;
        }

        if (start.Length < StartBytes)
        {
            _start.Want(StartBytes);
            return;
        }

        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(start[12..]);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(start[20..]);
        if (size is 0 or > DirectoryBytesMax || offset > long.MaxValue / 2)
        {
            _isDone = true;
            handler.OnUnreadable("7z directory too large");
            return;
        }

        // Few messages have one of these, so the memory is taken by those that do.
        _directory ??= new HeaderWalk(DirectoryBytesMax);
        _directory.Next((long)offset, (int)size);
        _isIn = true;
    }

    private void Read(ReadOnlySpan<byte> directory, IArchiveHandler handler)
    {
        if (directory[0] != PlainHeader)
        {
            handler.OnUnreadable("7z directory packed");
            return;
        }

        // A walk over the whole grammar would find the one property of names that there is; so does looking for one whose length fits and whose text ends as names do.
        for (int at = 1; at < directory.Length; at++)
        {
            if (directory[at] == NamesProperty && TryReadNumber(directory[(at + 1)..], out ulong size, out int used) && size > 3 && size % 2 == 1
                && size <= (ulong)(directory.Length - at - 1 - used) && directory[at + 1 + used] == 0)
            {
                ReadOnlySpan<byte> names = directory.Slice(at + 2 + used, (int)size - 1);
                if (names.EndsWith("\0\0"u8))
                {
                    Tell(names, handler);
                    return;
                }
            }
        }
    }

    /// <summary>Names in UTF-16, each with a NUL behind it. Letters outside ASCII matter to no rule of extensions, and become a question mark.</summary>
    private void Tell(ReadOnlySpan<byte> names, IArchiveHandler handler)
    {
        Span<byte> characters = stackalloc byte[DirectoryBytesMax / 2];
        int length = 0;
        for (int i = 0; i + 1 < names.Length; i += 2)
        {
            if (names[i] != 0 || names[i + 1] != 0)
            {
                characters[length++] = names[i + 1] == 0 ? names[i] : (byte)'?';
                continue;
            }

            _name.Begin();
            _name.Take(characters[..length], handler);
            _name.End(handler);
            length = 0;
        }
    }

    /// <summary>The leading ones of the first byte tell how many bytes follow, the lowest first; its other bits are the highest.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, out ulong value, out int used)
    {
        value = 0;
        used = 1;
        if (bytes.IsEmpty)
        {
            return false;
        }

        byte first = bytes[0];
        int further = System.Numerics.BitOperations.LeadingZeroCount((uint)(byte)~first) - 24;
        if (bytes.Length < 1 + further)
        {
            return false;
        }

        for (int i = 0; i < further; i++)
        {
            value |= (ulong)bytes[1 + i] << (8 * i);
        }

        if (further < 7)
        {
            value |= (ulong)(first & (0x7F >> further)) << (8 * further);
        }

        used = 1 + further;
        return true;
    }
}
