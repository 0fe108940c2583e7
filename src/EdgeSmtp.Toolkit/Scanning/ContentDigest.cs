using System.Buffers;
using System.Security.Cryptography;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>
/// SHA-256 of a message as its sender wrote it: all that follows our own trace fields, which differ from copy to copy. Made once a message, by the first filter that asks, and
/// kept with the transaction for the others.
/// </summary>
/// <remarks>
/// A message up to <see cref="InlineBytesMax"/> is hashed where it is asked for. A larger one is hashed on the pool in pieces, each of which gives the thread to others that
/// wait for it: a message of the largest size would hold it for a tenth of a second otherwise.
/// </remarks>
public static class ContentDigest
{
    /// <summary>Bytes of content that are hashed without leaving the thread: less than a millisecond.</summary>
    public const int InlineBytesMax = 256 * 1024;

    private const int PieceBytes = 1024 * 1024;

    private static readonly SlotKey<Known> Slot = new();

    /// <summary>Gives the digest of the staged message of a transaction.</summary>
    /// <param name="transaction">A transaction at the message stage: its <see cref="Transaction.Content"/> is set.</param>
    /// <param name="cancellationToken">Gives up. The content is not touched any more when the task has ended.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="InvalidOperationException">The transaction has no content yet.</exception>
    public static ValueTask<Digest256> OfAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        IMessageContent content = transaction.Content ?? throw new InvalidOperationException("The message is not staged yet.");
        if (transaction.Get(Slot) is { } known && ReferenceEquals(known.Content, content))
        {
            return known.Digest.IsCompletedSuccessfully ? new(known.Digest.Result) : ShareAsync(transaction, known, cancellationToken);
        }

        return content.Length - content.TraceLength <= InlineBytesMax
            ? new(Keep(transaction, content, Task.FromResult(HashInline(content))).Result)
            : new(Keep(transaction, content, HashInPiecesAsync(content, cancellationToken)));
    }

    private static Task<Digest256> Keep(Transaction transaction, IMessageContent content, Task<Digest256> digest)
    {
        transaction.Set(Slot, new Known(content, digest));
        return digest;
    }

    /// <summary>Two members of a group may ask at the same time, and the one that began may give up alone.</summary>
    private static async ValueTask<Digest256> ShareAsync(Transaction transaction, Known known, CancellationToken cancellationToken)
    {
        try
        {
            // Waited for to its end even by one who gave up: as long as it runs, it reads memory that the transaction is about to free.
            return await known.Digest.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await Keep(transaction, known.Content, HashInPiecesAsync(known.Content, cancellationToken)).ConfigureAwait(false);
        }
    }

    private static Digest256 HashInline(IMessageContent content)
    {
        ReadOnlySequence<byte> bytes = content.Bytes.Slice(content.TraceLength);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (bytes.IsSingleSegment)
        {
            SHA256.HashData(bytes.FirstSpan, digest);
            return Digest256.Read(digest);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> block in bytes)
        {
            hash.AppendData(block.Span);
        }

        hash.GetHashAndReset(digest);
        return Digest256.Read(digest);
    }

    private static Task<Digest256> HashInPiecesAsync(IMessageContent content, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int sinceYield = 0;
            foreach (ReadOnlyMemory<byte> block in content.Bytes.Slice(content.TraceLength))
            {
                for (ReadOnlyMemory<byte> rest = block; !rest.IsEmpty;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ReadOnlyMemory<byte> piece = rest[..Math.Min(PieceBytes, rest.Length)];
                    hash.AppendData(piece.Span);
                    rest = rest[piece.Length..];
                    sinceYield += piece.Length;
                    if (sinceYield >= PieceBytes)
                    {
                        sinceYield = 0;
                        await Task.Yield();
                    }
                }
            }

            byte[] digest = hash.GetHashAndReset();
            return Digest256.Read(digest);
        },
        cancellationToken);

    /// <summary>What was hashed: a filter before may have replaced the content since.</summary>
    private sealed record Known(IMessageContent Content, Task<Digest256> Digest);
}
