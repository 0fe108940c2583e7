using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Content;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>The clamds of a filter: the first that answers decides. Shared by all instances with the same settings, so that a limit is one limit for all profiles.</summary>
/// <remarks>
/// Not Toolkit's <c>GuardedServers</c>: the order is a preference (the clamd of this machine reads the message where it lies, one elsewhere is sent it), and a message that one clamd cannot scan goes
/// to the next without having counted against the first.
/// </remarks>
internal sealed class ClamdServers : IDisposable
{
    private readonly ClamdServer[] _servers;
    private readonly bool _rotates;
    private uint _turn;

    public ClamdServers(ClamAvFilterOptions options, FilterContext context)
    {
        _servers = [.. options.Servers.Select(text => new ClamdServer(AddressOf(text), options, context))];
        _rotates = options.Rotate;
        Versions = new VersionWatch(_servers, options.VersionInterval, context.Time, context.Logger);
    }

    /// <summary>What the servers say of their versions.</summary>
    public VersionWatch Versions { get; }

    /// <summary>Scans a message. An <see cref="ClamdReplyKind.Error"/> of one server is not the last word: another may be able to.</summary>
    public async ValueTask<ClamdReply> ScanAsync(IMessageContent content, CancellationToken cancellationToken)
    {
        uint first = _rotates ? Interlocked.Increment(ref _turn) : 0;
        string? failures = null;
        for (uint i = 0; i < _servers.Length; i++)
        {
            ClamdServer server = _servers[(first + i) % _servers.Length];
            ClamdReply reply = await server.ScanAsync(content, cancellationToken).ConfigureAwait(false);
            if (reply.Kind is not (ClamdReplyKind.Error or ClamdReplyKind.Unreachable))
            {
                return reply;
            }

            failures = failures is null ? $"{server.Address}: {reply.Text}" : $"{failures}; {server.Address}: {reply.Text}";
        }

        return new ClamdReply(ClamdReplyKind.Unreachable, failures!);
    }

    public void Dispose()
    {
        foreach (ClamdServer server in _servers)
        {
            server.Dispose();
        }
    }

    private static BackendAddress AddressOf(string text) =>
        BackendAddress.TryParse(text, ClamAvFilterOptions.DefaultPort, out BackendAddress? address) ? address : throw new ArgumentException($"'{text}' is no address.", nameof(text));
}
