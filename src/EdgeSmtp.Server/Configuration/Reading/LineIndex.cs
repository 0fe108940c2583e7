namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>Finds the line of a byte.</summary>
internal sealed class LineIndex
{
    private readonly string _file;
    private readonly List<long> _starts = [0];

    /// <summary>Indexes a text.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="content">Its bytes.</param>
    public LineIndex(string file, ReadOnlySpan<byte> content)
    {
        _file = file;
        for (int i = 0; i < content.Length; i++)
        {
            if (content[i] == (byte)'\n')
            {
                _starts.Add(i + 1);
            }
        }
    }

    /// <summary>The place of a byte.</summary>
    /// <param name="offset">Its offset from the start.</param>
    public SourceLocation Find(long offset)
    {
        int found = _starts.BinarySearch(offset);
        return new SourceLocation(_file, found >= 0 ? found + 1 : ~found);
    }
}
