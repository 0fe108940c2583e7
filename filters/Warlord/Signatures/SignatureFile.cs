using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Cdb;
using EdgeSmtp.Toolkit.Files;

namespace EdgeSmtp.Filters.Warlord.Signatures;

/// <summary>A list of the configuration, and a file with more of it: a text, or the cdb that the compilers of Spamcontrol make. Read again when it changes.</summary>
/// <typeparam name="T">What the list is made into.</typeparam>
internal sealed class SignatureFile<T> : IAsyncDisposable
    where T : class
{
    private readonly T _fixed;
    private readonly ReloadedFile<T>? _text;
    private readonly ReloadedCdbKeys<T>? _cdb;

    /// <summary>Reads list and file.</summary>
    /// <exception cref="InvalidDataException">The file is wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public SignatureFile(IReadOnlyList<string> list, string? path, TimeSpan interval, FileParser<T> parse, FilterContext context)
    {
        _fixed = parse(list, new List<string>());
        FileParser<T> both = (lines, errors) => parse([.. list, .. lines], errors);
        if (path is null)
        {
            return;
        }

        if (path.EndsWith(".cdb", StringComparison.Ordinal))
        {
            _cdb = new ReloadedCdbKeys<T>(path, interval, both, context.Time, context.Logger);
        }
        else
        {
            _text = new ReloadedFile<T>(path, interval, both, context.Time, context.Logger);
        }
    }

    /// <summary>What counts now.</summary>
    public T Current => _text?.Current ?? _cdb?.Current ?? _fixed;

    public async ValueTask DisposeAsync()
    {
        if (_text is not null)
        {
            await _text.DisposeAsync();
        }

        if (_cdb is not null)
        {
            await _cdb.DisposeAsync();
        }
    }
}
