using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Toolkit.Tables;

/// <summary>
/// Makes a key of fixed size from parts of any size, so that a table of what strangers send has entries of one size and keeps none of their text.
/// Allocates nothing.
/// </summary>
/// <remarks>
/// The digest is SHA-256, by <see cref="Finish"/> cut to 128 bits, the same in every process: it may be stored, and shared between servers. Each part is framed by its length, so
/// (<c>ab</c>, <c>c</c>) and (<c>a</c>, <c>bc</c>) differ. Use it as <c>KeyDigest digest = new(stackalloc byte[KeyDigest.BufferBytes]);</c>
/// </remarks>
public ref struct KeyDigest
{
    /// <summary>Size of the buffer that the caller lends. Longer keys are hashed piece by piece.</summary>
    public const int BufferBytes = 512;

    private const int CharsAtOnce = 64;

    private readonly Span<byte> _buffer;
    private int _length;
    private int _partBytes;

    /// <summary>Begins a key.</summary>
    /// <param name="buffer">At least <see cref="BufferBytes"/> bytes.</param>
    public KeyDigest(Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, BufferBytes, nameof(buffer));
        _buffer = buffer[..BufferBytes];

        // The first byte counts how often the buffer was full: no short key can look like the rest of a long one.
        _buffer[0] = 0;
        _length = 1;
    }

    /// <summary>Adds a part as it is.</summary>
    /// <param name="part">Its bytes.</param>
    public void Add(scoped ReadOnlySpan<byte> part)
    {
        Append(part);
        EndPart();
    }

    /// <summary>Adds a part as UTF-8, with A to Z as a to z.</summary>
    /// <param name="part">Its text.</param>
    public void AddLower(scoped ReadOnlySpan<char> part)
    {
        AppendLower(part);
        EndPart();
    }

    /// <summary>Adds a network.</summary>
    /// <param name="network">The network.</param>
    public void Add(ClientNetwork network)
    {
        Span<byte> bytes = stackalloc byte[ClientNetwork.WireBytes];
        network.WriteTo(bytes);
        Add(bytes);
    }

    /// <summary>Adds a digest, such as that of a content.</summary>
    /// <param name="digest">The digest.</param>
    public void Add(Digest256 digest)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, digest.High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[(SHA256.HashSizeInBytes / 2)..], digest.Low);
        Add(bytes);
    }

    /// <summary>Adds a path by what <see cref="MailPath.Key"/> compares; the null path is an empty part, as no other path is.</summary>
    /// <param name="path">The path.</param>
    public void Add(MailPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ReadOnlySpan<byte> local = path.LocalPart;
        if (!path.IsAscii || local is [(byte)'"', ..])
        {
            // Quotes and letters beyond ASCII have rules of their own, which the key knows; they are rare enough to pay for its text.
            AppendLower(path.Key);
        }
        else
        {
            AppendLower(local);
            AppendDomain(path);
        }

        EndPart();
    }

    /// <summary>Adds a path like <see cref="Add(MailPath)"/>, with each run of digits in its local part as one <c>#</c>: senders that number their messages keep one key.</summary>
    /// <param name="path">The path.</param>
    public void AddWithoutNumbers(MailPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        bool inNumber = false;
        foreach (byte b in path.LocalPart)
        {
            bool isDigit = char.IsAsciiDigit((char)b);
            if (!isDigit || !inNumber)
            {
                Append(isDigit ? (byte)'#' : Lower(b));
            }

            inNumber = isDigit;
        }

        AppendDomain(path);
        EndPart();
    }

    /// <summary>The key, cut to 128 bits: enough where two keys that meet gain nobody anything.</summary>
    public readonly UInt128 Finish() => FinishWhole().High;

    /// <summary>The key in full: for what a stranger could want to pass for something else, such as a message that was scanned.</summary>
    public readonly Digest256 FinishWhole()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer[.._length], digest);
        return Digest256.Read(digest);
    }

    private static byte Lower(byte b) => char.IsAsciiLetterUpper((char)b) ? (byte)(b | 0x20) : b;

    private void AppendDomain(MailPath path)
    {
        if (path.DomainALabel.Length > 0)
        {
            Append("@"u8);
            AppendLower(path.DomainALabel);
        }
    }

    private void AppendLower(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            Append(Lower(b));
        }
    }

    private void AppendLower(scoped ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[CharsAtOnce * 3];
        while (!text.IsEmpty)
        {
            ReadOnlySpan<char> piece = text[..Math.Min(CharsAtOnce, text.Length)];
            if (piece.Length > 1 && char.IsHighSurrogate(piece[^1]))
            {
                // A pair stays together.
                piece = piece[..^1];
            }

            AppendLower(bytes[..Encoding.UTF8.GetBytes(piece, bytes)]);
            text = text[piece.Length..];
        }
    }

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            Append(b);
        }
    }

    private void Append(byte b)
    {
        if (_length == _buffer.Length)
        {
            Fold();
        }

        _buffer[_length++] = b;
        _partBytes++;
    }

    private void EndPart()
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, _partBytes);
        Append(length);
        _partBytes = 0;
    }

    private void Fold()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_buffer, digest);
        _buffer[0]++;
        digest.CopyTo(_buffer[1..]);
        _length = 1 + digest.Length;
    }
}
