namespace EdgeSmtp.Protocol.Mime;

/// <summary>Takes the lines of a <see cref="LineReader"/>: most of them in pieces, those that it asks for as a whole.</summary>
internal interface ILineHandler
{
    /// <summary>Whether a line that begins so may be one that is needed as a whole.</summary>
    bool IsCandidate(byte first);

    /// <summary>Acts on a whole line, if it is one of those.</summary>
    /// <param name="line">The line without its line end.</param>
    /// <param name="end">How it ends; none when it is the last one and has no line end.</param>
    /// <returns>False when it is an ordinary line, which then comes in pieces.</returns>
    bool TryResolve(ReadOnlySpan<byte> line, LineEnd end);

    /// <summary>A candidate is longer than any line that is needed as a whole: it comes in pieces.</summary>
    void OnLongCandidate();

    /// <summary>A piece of a line, without its line end.</summary>
    void Take(ReadOnlySpan<byte> piece);

    /// <summary>A CR that ends no line; it comes as a piece next.</summary>
    /// <param name="next">The byte behind it.</param>
    void OnBareCr(byte next);

    /// <summary>The line has ended.</summary>
    void EndLine(LineEnd end);
}
