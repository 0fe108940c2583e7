namespace EdgeSmtp.Fuzz;

/// <summary>In what pieces an input is read beside the whole: what a parser tells may depend on what arrives, never on how it was cut.</summary>
internal static class Pieces
{
    /// <summary>Lengths of pieces: two halves, one that the input chooses, and byte by byte.</summary>
    public static int[] Of(ReadOnlySpan<byte> input) => [1 + (input.Length / 2), input.IsEmpty ? 1 : 2 + (input[^1] % 16), 1];

    /// <summary>The piece that begins at a place.</summary>
    public static ReadOnlySpan<byte> At(ReadOnlySpan<byte> input, int at, int length) => input.Slice(at, Math.Min(length, input.Length - at));
}
