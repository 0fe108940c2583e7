using System.Buffers.Binary;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>Has messages scored by spamd.</summary>
internal sealed class SpamLane
{
    private readonly SpamAssassinFilterOptions _options;
    private readonly ScannerLane<SpamdServer, SpamFinding> _lane;
    private readonly byte[] _scope;

    public SpamLane(SpamAssassinFilterOptions options, FilterContext context)
    {
        _options = options;
        _scope = Encoding.UTF8.GetBytes($"{options.Command} {string.Join(' ', options.Servers)}");
        _lane = new ScannerLane<SpamdServer, SpamFinding>(options, options.Servers, string.Empty, ServerOf, context);
    }

    /// <summary>What becomes of messages that are not scanned.</summary>
    public ScannerLane<SpamdServer, SpamFinding> Policy => _lane;

    /// <summary>Scans a message for each user.</summary>
    /// <returns>Whether the message waits to be scanned later.</returns>
    public ValueTask<bool> RunAsync(Transaction transaction, List<ScanGroup<SpamProfile, SpamFinding>> scans, CancellationToken cancellationToken) =>
        _lane.RunAsync(transaction, scans, (scan, token) => ScanAsync(transaction, scan.Key, token), cancellationToken);

    private static SpamdServer ServerOf(string server) => BackendAddress.TryParse(server, SpamAssassinFilterOptions.PortDefault, out BackendAddress? address)
        ? new SpamdServer(address)
        : throw new ArgumentException($"'{server}' is no address.", nameof(server));

    private async ValueTask<ScanOutcome<SpamFinding>> ScanAsync(Transaction transaction, string? user, CancellationToken cancellationToken)
    {
        Digest256 content = await ContentDigest.OfAsync(transaction, cancellationToken).ConfigureAwait(false);
        SpamdRequest request = new(_options.Command, user, SpamdUser.ReturnPath(transaction.ReversePath), transaction.Content!.Bytes, _options.Compress);
        return await _lane.AskAsync(KeyOf(content, transaction, user), request, static (server, asked, token) => AskAsync(server, asked, token), cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<ScanReply<SpamFinding>> AskAsync(SpamdServer server, SpamdRequest request, CancellationToken cancellationToken)
    {
        SpamdReply reply = await server.AskAsync(request, cancellationToken).ConfigureAwait(false);
        return reply.Code == 0
            ? new(FindingReader.Read(reply, request.Command), null, FindingReader.IsWhole(reply, request.Command))
            : new(null, $"it answered {reply.Code} {reply.Text}");
    }

    /// <summary>All that spamd judges by: the content, who sent it from where, for whom, and with which rules. What else differs in our trace fields (time, id) it does not judge.</summary>
    private Digest256 KeyOf(Digest256 content, Transaction transaction, string? user)
    {
        KeyDigest key = new(stackalloc byte[KeyDigest.BufferBytes]);
        key.Add(content);
        key.Add(ClientNetwork.Of(transaction.Session.Client.Address));
        key.Add(transaction.ReversePath);
        key.AddLower(user);
        key.Add(_scope);
        if (_options.RulesFile is not null)
        {
            FileStamp rules = FileStamp.Of(_options.RulesFile);
            Span<byte> stamp = stackalloc byte[sizeof(long) * 2];
            BinaryPrimitives.WriteInt64BigEndian(stamp, rules.Length);
            BinaryPrimitives.WriteInt64BigEndian(stamp[sizeof(long)..], rules.LastWriteUtc.Ticks);
            key.Add(stamp);
        }

        return key.FinishWhole();
    }
}
