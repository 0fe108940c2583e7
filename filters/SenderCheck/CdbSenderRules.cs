using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>qmail's <c>mailfromrules.cdb</c>: keys as in the text, data <c>+address+address</c>, all in lower case. Read again when it changes.</summary>
internal sealed class CdbSenderRules : ISenderRules, IAsyncDisposable
{
    /// <summary>Stands in front of each address.</summary>
    public const char Separator = '+';

    private const int KeyBytesMax = 512;

    private readonly string _path;
    private readonly ReloadedCdb _file;

    /// <exception cref="InvalidDataException">It is no cdb.</exception>
    public CdbSenderRules(string path, TimeSpan interval, FilterContext context)
    {
        _path = path;
        _file = new ReloadedCdb(path, interval, required: true, context.Time, context.Logger);
    }

    /// <inheritdoc />
    public bool HasHosts => true;

    /// <inheritdoc />
    public bool Allows(ReadOnlySpan<char> key, ReadOnlySpan<char> sender)
    {
        Span<byte> bytes = stackalloc byte[KeyBytesMax];
        if (!Encoding.UTF8.TryGetBytes(key, bytes, out int length))
        {
            return false;
        }

        return _file.Find(bytes[..length], out byte[] data) switch
        {
            CdbStatus.Found => Covers(Encoding.UTF8.GetString(data), sender),
            CdbStatus.NotFound => false,

            // Nobody knows: the client comes again, and the operator hears of it.
            CdbStatus status => throw new InvalidDataException($"{_path}: {status}"),
        };
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static bool Covers(ReadOnlySpan<char> data, ReadOnlySpan<char> sender)
    {
        if (data.IsEmpty)
        {
            return true;
        }

        foreach (Range range in data.Split(Separator))
        {
            if (SenderPattern.Covers(data[range], sender))
            {
                return true;
            }
        }

        return false;
    }
}
