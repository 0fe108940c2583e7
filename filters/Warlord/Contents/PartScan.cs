using EdgeSmtp.Filters.Warlord.Signatures;

namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>What is known of the content of one part while it passes.</summary>
internal sealed class PartScan
{
    /// <summary>Where the descriptors of ISO 9660 and UDF begin: behind 16 sectors of 2 KiB (ECMA-119 §6.2).</summary>
    private const int VolumeDescriptor = 16 * 2048;

    private const byte OleFirst = 0xD0;

    private readonly byte[] _head = new byte[MagicNumbers.HeadBytes];
    private readonly byte[] _volume = new byte[6];
    private readonly byte[] _kept = new byte[LoaderList.SpanBytes];
    private readonly StreamSearch _macros = new("_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"u8.ToArray());
    private readonly ArchiveSearch<ZipHeader> _zip = new(ZipHeader.Signature.ToArray());
    private readonly ArchiveSearch<RarArchive> _rar = new(RarArchive.Signature.ToArray());
    private readonly SevenZipMembers _sevenZip = new();
    private int _keptLength;
    private int _headLength;
    private long _length;
    private bool _isJudged;
    private ContentKind _kind;

    /// <summary>Begins a part.</summary>
    public void Begin()
    {
        _keptLength = _headLength = 0;
        _length = 0;
        _isJudged = false;
        _kind = ContentKind.Unknown;
        _macros.Reset();
        _zip.Reset();
        _rar.Reset();
        _sevenZip.Reset();
    }

    /// <summary>Takes content.</summary>
    public void Take(ReadOnlySpan<byte> content, LoaderList? loaders, PrefixList? prefixes, IPartFindings findings)
    {
        if (_headLength < _head.Length)
        {
            ReadOnlySpan<byte> head = content[..Math.Min(content.Length, _head.Length - _headLength)];
            head.CopyTo(_head.AsSpan(_headLength));
            _headLength += head.Length;
            if (_headLength == _head.Length)
            {
                Judge(prefixes, findings);
            }
        }

        if (loaders?.Find(_kept, ref _keptLength, content) is { } key)
        {
            findings.Found(WarlordFinding.Loader, key);
        }

        LookForVolume(content, findings);
        _zip.Take(content, findings);
        TakeByKind(content, findings);
        _length += content.Length;
    }

    /// <summary>Ends the part.</summary>
    public void End(PrefixList? prefixes, IPartFindings findings)
    {
        if (!_isJudged)
        {
            Judge(prefixes, findings);
        }
    }

    private void Judge(PrefixList? prefixes, IPartFindings findings)
    {
        _isJudged = true;
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
        if (prefixes?.Find(head) is { } prefix)
        {
            findings.Found(WarlordFinding.Prefix, prefix);
        }

        _kind = MagicNumbers.Of(head);
        switch (_kind)
        {
            case ContentKind.Pe or ContentKind.Elf or ContentKind.MachO or ContentKind.JavaClass:
                findings.Found(WarlordFinding.Executable, _kind.ToString());
                break;
            case ContentKind.Script:
                findings.Found(WarlordFinding.Script, "#!");
                break;
            case ContentKind.Shortcut:
                findings.Found(WarlordFinding.Shortcut, "LNK");
                break;
            case ContentKind.VirtualDisk:
                findings.Found(WarlordFinding.DiskImage, "virtual disk");
                break;
        }
    }

    private void LookForVolume(ReadOnlySpan<byte> content, IPartFindings findings)
    {
        long from = VolumeDescriptor - _length;
        if (from + _volume.Length <= 0 || from >= content.Length)
        {
            return;
        }

        int start = (int)Math.Max(from, 0);
        int at = (int)(start - from);
        ReadOnlySpan<byte> piece = content.Slice(start, Math.Min(content.Length - start, _volume.Length - at));
        piece.CopyTo(_volume.AsSpan(at));
        if (at + piece.Length == _volume.Length && (_volume.AsSpan(1).SequenceEqual("CD001"u8) || _volume.AsSpan(1).SequenceEqual("BEA01"u8)))
        {
            findings.Found(WarlordFinding.DiskImage, "ISO");
        }
    }

    private void TakeByKind(ReadOnlySpan<byte> content, IPartFindings findings)
    {
        _rar.Take(content, findings);
        _sevenZip.Take(content, findings);
        if (_head[0] == OleFirst && _macros.Take(content) && _kind == ContentKind.Ole)
        {
            findings.Found(WarlordFinding.Macro, "OLE");
        }
    }
}
