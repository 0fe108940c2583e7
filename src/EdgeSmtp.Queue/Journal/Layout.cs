namespace EdgeSmtp.Queue.Journal;

/// <summary>Sizes that the files are made of (<c>docs/queue.md</c>).</summary>
internal static class Layout
{
    /// <summary>Where the frames of a segment begin.</summary>
    public const int FramesOffset = 4096;

    /// <summary>Where the second copy of the segment header lies: in another sector and usually another flash page line.</summary>
    public const int SecondHeaderOffset = 2048;

    /// <summary>Everything is a multiple of this.</summary>
    public const int Alignment = 8;

    /// <summary>Rounds up to <see cref="Alignment"/>.</summary>
    /// <param name="length">Bytes.</param>
    public static int Pad(int length) => (length + Alignment - 1) & ~(Alignment - 1);

    /// <summary>Rounds up to <see cref="Alignment"/>.</summary>
    /// <param name="length">Bytes.</param>
    public static long Pad(long length) => (length + Alignment - 1) & ~(Alignment - 1L);
}
