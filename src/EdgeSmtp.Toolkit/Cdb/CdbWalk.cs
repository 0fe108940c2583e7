namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>Walks the slots of one key. Trusts nothing but that the header of the file is there.</summary>
internal ref struct CdbWalk
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _key;
    private readonly uint _hash;
    private readonly uint _table;
    private readonly uint _slots;
    private uint _slot;
    private uint _walked;

    public CdbWalk(ReadOnlySpan<byte> file, ReadOnlySpan<byte> key)
    {
        _file = file;
        _key = key;
        _hash = CdbFormat.Hash(key);
        (_table, _slots) = CdbFormat.ReadPair(file[(int)(_hash % CdbFormat.Tables * CdbFormat.PairBytes)..]);
        _slot = _slots == 0 ? 0 : (_hash / CdbFormat.Tables) % _slots;
    }

    /// <summary>The next record of the key.</summary>
    public CdbStatus Next(out ReadOnlySpan<byte> data)
    {
        data = default;
        if ((ulong)_table + ((ulong)_slots * CdbFormat.PairBytes) > (ulong)_file.Length)
        {
            return CdbStatus.Damaged;
        }

        // A full table has no empty slot to stop at: it is walked once, whatever it holds.
        while (_walked < _slots)
        {
            (uint hash, uint position) = CdbFormat.ReadPair(_file[(int)(_table + (_slot * CdbFormat.PairBytes))..]);
            if (position == 0)
            {
                return CdbStatus.NotFound;
            }

            _walked++;
            _slot = _slot + 1 == _slots ? 0 : _slot + 1;
            if (hash != _hash)
            {
                continue;
            }

            if (!TryReadRecord(_file, position, out ReadOnlySpan<byte> key, out data))
            {
                return CdbStatus.Damaged;
            }

            if (key.SequenceEqual(_key))
            {
                return CdbStatus.Found;
            }
        }

        data = default;
        return CdbStatus.NotFound;
    }

    /// <summary>Reads the record at a position, if all of it is within the file.</summary>
    public static bool TryReadRecord(ReadOnlySpan<byte> file, uint position, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> data)
    {
        key = default;
        data = default;
        ulong length = (ulong)file.Length;
        if (position < CdbFormat.HeaderBytes || position + (ulong)CdbFormat.PairBytes > length)
        {
            return false;
        }

        (uint keyLength, uint dataLength) = CdbFormat.ReadPair(file[(int)position..]);
        ulong start = position + (ulong)CdbFormat.PairBytes;
        if (start + keyLength + dataLength > length)
        {
            return false;
        }

        key = file.Slice((int)start, (int)keyLength);
        data = file.Slice((int)(start + keyLength), (int)dataLength);
        return true;
    }
}
