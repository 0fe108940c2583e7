using System.Text;
using EdgeSmtp.Toolkit.Files;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>
/// A list that lies in the keys of a cdb and is needed as a whole, read again when it changes. A file that is missing, no cdb, or wrong keeps what was read before, and is said so once
/// for each change.
/// </summary>
/// <remarks>Thread-safe. For look-ups of single keys see <see cref="ReloadedCdb"/>.</remarks>
/// <typeparam name="T">What is made of the keys.</typeparam>
public sealed class ReloadedCdbKeys<T> : IAsyncDisposable
    where T : class
{
    /// <summary>Most keys taken.</summary>
    public const int KeysMax = 1_000_000;

    private readonly string _path;
    private readonly FileParser<T> _parse;
    private readonly FileWatch _watch;
    private T _current;

    /// <summary>Reads the file for the first time and starts to watch it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="interval">How often to look.</param>
    /// <param name="parse">Makes something of its keys, in the order in which they were written; one character for each byte.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of every reload, and of every file refused.</param>
    /// <exception cref="InvalidDataException">The first file is wrong: a configuration error. The message names each key.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ReloadedCdbKeys(string path, TimeSpan interval, FileParser<T> parse, TimeProvider time, ILogger logger)
    {
        _path = path;
        _parse = parse;
        _watch = new FileWatch(path, ReadAsync, logger);
        _current = Read();
        _watch.Start(interval, time);
    }

    /// <summary>What was made of the last file that was right.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <summary>Looks at the file now.</summary>
    public Task RefreshAsync() => _watch.RefreshAsync();

    /// <summary>Stops watching.</summary>
    public ValueTask DisposeAsync() => _watch.DisposeAsync();

    private ValueTask ReadAsync()
    {
        Volatile.Write(ref _current, Read());
        return ValueTask.CompletedTask;
    }

    private T Read()
    {
        using CdbReader reader = CdbReader.Open(_path);
        List<string> keys = [];
        foreach ((byte[] key, _) in reader.Records())
        {
            if (keys.Count == KeysMax)
            {
                throw new InvalidDataException($"{_path} has more than {KeysMax} keys");
            }

            keys.Add(Encoding.Latin1.GetString(key));
        }

        List<string> errors = [];
        T parsed = _parse(keys, errors);
        return errors.Count == 0 ? parsed : throw new InvalidDataException($"{_path}: {string.Join("; ", errors)}");
    }
}
