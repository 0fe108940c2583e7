namespace EdgeSmtp.Testing.FileSystem;

/// <summary>Content of one file: what a reader sees, what is durable, and the writes between the two.</summary>
internal sealed class FaultInode
{
    private const int Sector = 512;
    private readonly List<(int Offset, byte[] Data)> _pending = [];
    private byte[] _current = [];
    private byte[] _durable = [];

    /// <summary>Bytes that a reader sees.</summary>
    public int Length { get; private set; }

    /// <summary>What a reader sees.</summary>
    public ReadOnlySpan<byte> Content => _current.AsSpan(0, Length);

    /// <summary>A file that is durable as it is.</summary>
    /// <param name="content">Its content.</param>
    public static FaultInode Of(byte[] content) => new() { _current = (byte[])content.Clone(), _durable = content, Length = content.Length };

    /// <summary>Writes; not durable yet.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="data">What.</param>
    public void Write(int offset, ReadOnlySpan<byte> data)
    {
        _pending.Add((offset, data.ToArray()));
        Put(ref _current, offset, data);
        Length = Math.Max(Length, offset + data.Length);
    }

    /// <summary>Makes everything durable.</summary>
    public void Sync()
    {
        if (_pending.Count > 0)
        {
            _pending.Clear();
            _durable = Content.ToArray();
        }
    }

    /// <summary>Flips one bit everywhere, as a bad disk does.</summary>
    /// <param name="offset">Of the byte.</param>
    public void Rot(int offset)
    {
        _current[offset] ^= 0x10;
        if (offset < _durable.Length)
        {
            _durable[offset] ^= 0x10;
        }
    }

    /// <summary>What the disk holds after a crash.</summary>
    /// <param name="damage">What happens to unsynced writes.</param>
    /// <param name="random">Chooses.</param>
    public byte[] AfterCrash(CrashDamage damage, Random random)
    {
        byte[] image = (byte[])_durable.Clone();
        int length = image.Length;
        foreach ((int offset, byte[] data) in _pending)
        {
            int fate = damage switch { CrashDamage.DropAll => 0, CrashDamage.KeepAll => 1, _ => random.Next(3) };
            for (int at = 0; fate > 0 && at < data.Length;)
            {
                int count = Math.Min(Sector - ((offset + at) % Sector), data.Length - at);
                if (fate == 1 || random.Next(2) == 0)
                {
                    Put(ref image, offset + at, data.AsSpan(at, count));
                    length = Math.Max(length, offset + at + count);
                }

                at += count;
            }
        }

        return image[..length];
    }

    private static void Put(ref byte[] target, int offset, ReadOnlySpan<byte> data)
    {
        if (target.Length < offset + data.Length)
        {
            Array.Resize(ref target, Math.Max(offset + data.Length, Math.Min(target.Length * 2, 1 << 24)));
        }

        data.CopyTo(target.AsSpan(offset));
    }
}
