using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Scanning;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.ClamAv.Clamd;

/// <summary>Scans with clamd, once for all copies of a content.</summary>
internal sealed class ClamdScanner : IMessageScanner
{
    private const string CacheMeter = "cache";

    private readonly ClamdServers _servers;
    private readonly VerdictCache<ClamdReply> _replies;
    private readonly string[] _unscannedNames;
    private readonly string _settings;

    public ClamdScanner(ClamAvFilterOptions options, FilterContext context)
    {
        _unscannedNames = [.. options.UnscannedNames];
        _settings = string.Join(' ', options.Servers.Prepend(options.Method.ToString()));
        _servers = context.State($"clamd {options.ServerSettings}", () => new ClamdServers(options, context));
        _replies = context.State($"replies {options.Cache}", () => new VerdictCache<ClamdReply>(options.Cache, context.Time, context.Meter(CacheMeter)));
    }

    public ValueTask<ScanFinding> ScanAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        ValueTask<string?> version = _servers.Versions.GetAsync(cancellationToken);
        if (!version.IsCompletedSuccessfully)
        {
            return WaitAsync(transaction, version, cancellationToken);
        }

        // From here to the answer of a cache that knows the message as clean nothing is allocated.
        ValueTask<ClamdReply> reply = ScanAsync(transaction, version.Result, cancellationToken);
        return reply.IsCompletedSuccessfully ? new(Judge(reply.Result)) : JudgeAsync(reply);
    }

    private async ValueTask<ScanFinding> WaitAsync(Transaction transaction, ValueTask<string?> version, CancellationToken cancellationToken) =>
        Judge(await ScanAsync(transaction, await version.ConfigureAwait(false), cancellationToken).ConfigureAwait(false));

    private ValueTask<ClamdReply> ScanAsync(Transaction transaction, string? version, CancellationToken cancellationToken)
    {
        if (version is null)
        {
            // What is found by a scanner of which nothing is known cannot be remembered.
            return _servers.ScanAsync(transaction.Content!, cancellationToken);
        }

        ValueTask<Digest256> digest = ContentDigest.OfAsync(transaction, cancellationToken);
        return digest.IsCompletedSuccessfully
            ? RecallAsync(transaction, KeyOf(digest.Result, version), cancellationToken)
            : HashAndRecallAsync(transaction, digest, version, cancellationToken);
    }

    private async ValueTask<ClamdReply> HashAndRecallAsync(Transaction transaction, ValueTask<Digest256> digest, string version, CancellationToken cancellationToken) =>
        await RecallAsync(transaction, KeyOf(await digest.ConfigureAwait(false), version), cancellationToken).ConfigureAwait(false);

    private ValueTask<ClamdReply> RecallAsync(Transaction transaction, Digest256 key, CancellationToken cancellationToken) => _replies.GetAsync(
        key,
        (_servers, transaction),
        static async (scan, token) =>
        {
            ClamdReply reply = await scan._servers.ScanAsync(scan.transaction.Content!, token).ConfigureAwait(false);
            return new ScanAnswer<ClamdReply>(reply, reply.IsDeterministic);
        },
        cancellationToken);

    private Digest256 KeyOf(Digest256 content, string version)
    {
        KeyDigest key = new(stackalloc byte[KeyDigest.BufferBytes]);
        key.Add(content);
        key.AddLower(_settings);
        key.AddLower(version);
        return key.FinishWhole();
    }

    private async ValueTask<ScanFinding> JudgeAsync(ValueTask<ClamdReply> reply) => Judge(await reply.ConfigureAwait(false));

    private ScanFinding Judge(ClamdReply reply) => reply.Kind switch
    {
        ClamdReplyKind.Clean => ScanFinding.Clean,
        ClamdReplyKind.Found => new ScanFinding(TellsOfALimit(reply.Text) ? ScanStatus.Unscanned : ScanStatus.Infected, reply.Text),
        ClamdReplyKind.TooLong => new ScanFinding(ScanStatus.Unscanned, reply.Text),
        _ => new ScanFinding(ScanStatus.Failed, reply.Text),
    };

    private bool TellsOfALimit(string name)
    {
        foreach (string beginning in _unscannedNames)
        {
            if (name.StartsWith(beginning, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
