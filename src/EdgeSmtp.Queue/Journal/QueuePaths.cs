using System.Globalization;

namespace EdgeSmtp.Queue.Journal;

/// <summary>Names of the files in the queue directory.</summary>
/// <param name="directory">The directory.</param>
internal sealed class QueuePaths(string directory)
{
    /// <summary>Ends the names of segments.</summary>
    public const string SegmentSuffix = ".seg";

    /// <summary>Ends the names of segments being filled with zeros.</summary>
    public const string NewSuffix = ".seg.new";

    /// <summary>Ends the names of body files.</summary>
    public const string BodySuffix = ".body";

    /// <summary>The directory.</summary>
    public string Directory => directory;

    /// <summary>The lock file.</summary>
    public string Lock => Path.Combine(directory, "lock");

    /// <summary>A segment.</summary>
    /// <param name="slot">Its number.</param>
    public string Segment(int slot) => Path.Combine(directory, Number(slot) + SegmentSuffix);

    /// <summary>A segment being filled with zeros.</summary>
    /// <param name="slot">Its number.</param>
    public string NewSegment(int slot) => Path.Combine(directory, Number(slot) + NewSuffix);

    /// <summary>A body file.</summary>
    /// <param name="slot">Its number.</param>
    public string Body(int slot) => Path.Combine(directory, Number(slot) + BodySuffix);

    /// <summary>An index snapshot.</summary>
    /// <param name="which">0 or 1.</param>
    public string Snapshot(int which) => Path.Combine(directory, which == 0 ? "index.0" : "index.1");

    /// <summary>Where a damaged range is set aside.</summary>
    /// <param name="slot">Of the segment.</param>
    /// <param name="epoch">Of the segment.</param>
    /// <param name="offset">Where it begins.</param>
    public string Damaged(int slot, ulong epoch, long offset) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{slot:D8}-{epoch}-{offset}.bad"));

    /// <summary>Any file by its name.</summary>
    /// <param name="name">A name from the directory's list.</param>
    public string Of(string name) => Path.Combine(directory, name);

    /// <summary>The number of a file.</summary>
    /// <param name="name">A name from the directory's list.</param>
    /// <param name="suffix">How it must end.</param>
    /// <param name="slot">Its number.</param>
    public static bool TryParse(string name, string suffix, out int slot)
    {
        slot = 0;
        return name.EndsWith(suffix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(0, name.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out slot);
    }

    private static string Number(int slot) => slot.ToString("D8", CultureInfo.InvariantCulture);
}
