using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Files;

/// <summary>
/// A list in a text file that is read again when it changes. What it holds is exchanged as a whole; a file that is missing, too large or wrong keeps what was read before, and is said so once for each change.
/// </summary>
/// <remarks>Thread-safe. Looks at size and time of the file, which also notices a file that is renamed into place; rename is how to change one without a moment at which half of it is there.</remarks>
/// <typeparam name="T">What is made of the file.</typeparam>
public sealed class ReloadedFile<T> : IAsyncDisposable
    where T : class
{
    /// <summary>Largest file taken, in bytes: 16 MiB.</summary>
    public const int BytesMax = 16 << 20;

    private readonly string _path;
    private readonly FileParser<T> _parse;
    private readonly FileWatch _watch;
    private T _current;

    /// <summary>Reads the file for the first time and starts to watch it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="interval">How often to look.</param>
    /// <param name="parse">Makes something of its lines.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of every reload, and of every file refused.</param>
    /// <exception cref="InvalidDataException">The first file is wrong: a configuration error. The message names each line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ReloadedFile(string path, TimeSpan interval, FileParser<T> parse, TimeProvider time, ILogger logger)
    {
        _path = path;
        _parse = parse;
        _watch = new FileWatch(path, ReadAsync, logger);
        _current = Parse(File.ReadAllBytes(path));
        _watch.Start(interval, time);
    }

    /// <summary>What was made of the last file that was right.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <summary>Looks at the file now.</summary>
    public Task RefreshAsync() => _watch.RefreshAsync();

    /// <summary>Stops watching.</summary>
    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private async ValueTask ReadAsync() => Volatile.Write(ref _current, Parse(await File.ReadAllBytesAsync(_path).ConfigureAwait(false)));

    private T Parse(byte[] bytes)
    {
        if (bytes.Length > BytesMax)
        {
            throw new InvalidDataException($"{_path} is larger than {BytesMax} bytes");
        }

        List<string> lines = [];
        foreach (ReadOnlySpan<char> line in Encoding.UTF8.GetString(bytes).AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> text = line.Trim();
            if (!text.IsEmpty && text[0] != '#')
            {
                lines.Add(text.ToString());
            }
        }

        List<string> errors = [];
        T parsed = _parse(lines, errors);
        return errors.Count == 0 ? parsed : throw new InvalidDataException($"{_path}: {string.Join("; ", errors)}");
    }
}
