using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rspamd.Http;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Rspamd;

/// <summary>Has messages judged by rspamd.</summary>
internal sealed class RspamdLane
{
    private readonly ScannerLane<RspamdServer, RspamdFinding> _lane;
    private readonly string _host;
    private readonly byte[] _scope;

    public RspamdLane(RspamdFilterOptions options, FilterContext context)
    {
        _host = context.Host.Hostname;
        _scope = Encoding.UTF8.GetBytes(string.Join(' ', options.Servers));
        _lane = new ScannerLane<RspamdServer, RspamdFinding>(options, options.Servers, string.Empty, server => ServerOf(server, options.ConcurrencyMax), context);
    }

    /// <summary>What becomes of messages that are not scanned.</summary>
    public ScannerLane<RspamdServer, RspamdFinding> Policy => _lane;

    /// <summary>Scans a message for each of the settings.</summary>
    /// <returns>Whether the message waits to be scanned later.</returns>
    public ValueTask<bool> RunAsync(Transaction transaction, List<ScanGroup<RspamdProfile, RspamdFinding>> scans, CancellationToken cancellationToken) =>
        _lane.RunAsync(transaction, scans, (scan, token) => ScanAsync(transaction, scan, token), cancellationToken);

    private static RspamdServer ServerOf(string server, int connectionsMax) => BackendAddress.TryParse(server, RspamdFilterOptions.PortDefault, out BackendAddress? address)
        ? new RspamdServer(address, connectionsMax)
        : throw new ArgumentException($"'{server}' is no address.", nameof(server));

    private async ValueTask<ScanOutcome<RspamdFinding>> ScanAsync(Transaction transaction, ScanGroup<RspamdProfile, RspamdFinding> scan, CancellationToken cancellationToken)
    {
        Digest256 content = await ContentDigest.OfAsync(transaction, cancellationToken).ConfigureAwait(false);
        List<KeyValuePair<string, string>> fields = RspamdRequest.FieldsOf(transaction, scan.Recipients.Select(static one => one.Recipient), scan.Key, _host);
        return await _lane.AskAsync(
            KeyOf(content, transaction, scan),
            (Fields: fields, transaction.Content!.Bytes),
            static (server, asked, token) => server.AskAsync(asked.Fields, asked.Bytes, token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All that rspamd judges by: the content, who sent it from where, to whom, and by which settings. What else it is told and differs (id, cipher) moves no score.</summary>
    private Digest256 KeyOf(Digest256 content, Transaction transaction, ScanGroup<RspamdProfile, RspamdFinding> scan)
    {
        KeyDigest key = new(stackalloc byte[KeyDigest.BufferBytes]);
        key.Add(content);
        key.Add(ClientNetwork.Of(transaction.Session.Client.Address));
        key.Add(transaction.ReversePath);
        key.AddLower(transaction.Session.Hello);
        key.AddLower(transaction.Session.AuthenticatedUser);
        key.AddLower(scan.Key);
        key.Add(_scope);
        foreach ((Recipient recipient, _) in scan.Recipients)
        {
            key.Add(recipient.ForwardPath);
        }

        return key.FinishWhole();
    }
}
