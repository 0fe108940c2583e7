using System.Buffers.Binary;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.SpamAssassin.Spamd;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Files;
using EdgeSmtp.Toolkit.Net;
using EdgeSmtp.Toolkit.Scanning;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>The way to spamd: what was found before, then a place at one of the servers. Servers and findings outlive a reload, and are shared by the profiles of an instance.</summary>
internal sealed class SpamLane
{
    private readonly SpamAssassinFilterOptions _options;
    private readonly GuardedServers<SpamdServer> _servers;
    private readonly VerdictCache<SpamOutcome> _findings;
    private readonly byte[] _scope;

    public SpamLane(SpamAssassinFilterOptions options, FilterContext context)
    {
        _options = options;
        string servers = string.Join(' ', options.Servers);
        _scope = Encoding.UTF8.GetBytes($"{options.Command} {servers}");
        BackendGuardOptions limits = new(options.ScanTimeout, options.ConcurrencyMax, options.WaitingMax, options.BreakerFailures, options.BreakerPause);
        _servers = context.State($"servers {servers} {limits}", () => new GuardedServers<SpamdServer>([.. options.Servers.Select(Named)], limits, context));
        _findings = context.State($"findings {options.Cache}", () => new VerdictCache<SpamOutcome>(options.Cache, context.Time, context.Meter("findings")));
    }

    /// <summary>Scans a message for one user.</summary>
    public async ValueTask<SpamOutcome> ScanAsync(Transaction transaction, string? user, CancellationToken cancellationToken)
    {
        Digest256 content = await ContentDigest.OfAsync(transaction, cancellationToken).ConfigureAwait(false);
        SpamdRequest request = new(_options.Command, user, SpamdUser.ReturnPath(transaction.ReversePath), transaction.Content!.Bytes, _options.Compress);
        return await _findings.GetAsync(KeyOf(content, transaction, user), (Lane: this, Request: request), static (asked, token) => asked.Lane.AskAsync(asked.Request, token), cancellationToken)
            .ConfigureAwait(false);
    }

    private static KeyValuePair<string, SpamdServer> Named(string server) =>
        BackendAddress.TryParse(server, SpamAssassinFilterOptions.PortDefault, out BackendAddress? address)
            ? new(server, new SpamdServer(address))
            : throw new ArgumentException($"'{server}' is no address.", nameof(server));

    private async ValueTask<ScanAnswer<SpamOutcome>> AskAsync(SpamdRequest request, CancellationToken cancellationToken)
    {
        GuardResult<SpamdReply> result = await _servers.RunAsync(
            request,
            static (server, asked, token) => server.AskAsync(asked, token),
            static reply => reply.Code == 0 ? null : $"it answered {reply.Code} {reply.Text}",
            cancellationToken).ConfigureAwait(false);
        return result.Outcome == GuardOutcome.Answered
            ? new(SpamOutcome.Of(FindingReader.Read(result.Answer!, request.Command)), IsDeterministic: true)
            : new(new SpamOutcome(null, result.Outcome == GuardOutcome.Busy ? SpamTrouble.Busy : SpamTrouble.Down, result.Detail), IsDeterministic: false);
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
