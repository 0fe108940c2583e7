using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Cdb;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Cdb;

/// <summary>
/// Recipients in a constant database, with fastforward's keys. It answers from memory. A file that is missing when the server starts is a temporary failure until it is
/// there: Spamcontrol took it for "no such mailbox", and refused the mail of a whole domain for good.
/// </summary>
internal sealed class CdbBackend : IRecipientBackend
{
    private const int StackBytesMax = 1024;

    private readonly ReloadedCdb _file;

    public CdbBackend(CdbBackendOptions options, FilterPartContext context) =>
        _file = new ReloadedCdb(options.Path!, options.ReloadInterval, required: false, context.Time, context.Logger);

    public bool IsRemote => false;

    public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken) => ValueTask.FromResult(Find(address));

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>The key of an address, as fastforward has it.</summary>
    public static byte[] KeyOf(string address) => Encoding.UTF8.GetBytes($":{address}");

    private RecipientAnswer Find(string address)
    {
        int length = Encoding.UTF8.GetMaxByteCount(address.Length) + 1;
        Span<byte> key = length <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[length];
        key[0] = (byte)':';
        int written = Encoding.UTF8.GetBytes(address, key[1..]);
        return _file.Find(key[..(written + 1)]) switch
        {
            CdbStatus.Found => RecipientAnswer.Known,
            CdbStatus.NotFound => RecipientAnswer.Unknown,
            CdbStatus.Damaged => RecipientAnswer.TemporaryFailure("the cdb is damaged"),
            _ => RecipientAnswer.TemporaryFailure("the cdb cannot be read"),
        };
    }
}
