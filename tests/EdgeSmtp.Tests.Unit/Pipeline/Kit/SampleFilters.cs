using System.Buffers;
using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Tests.Unit.Pipeline.Kit;

/// <summary>The smallest filter of docs/filters.md.</summary>
public sealed class RequireTlsFilter : IMailFilter
{
    public static readonly FilterReason Plaintext = new(VerdictKind.Reject, "plaintext", 530, "5.7.0", "Must issue a STARTTLS command first");

    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) =>
        transaction.Session.IsTls ? Verdict.Continue : Verdict.From(Plaintext);
}

/// <summary>A filter that starts a look-up at connect and awaits it at RCPT.</summary>
public sealed class LookupFilter(LookupFilter.Options options, FilterContext context) : IConnectFilter, IRcptFilter, IBodyFilter
{
    public static readonly FilterReason Listed = new(VerdictKind.Reject, "listed", 550, "5.7.1", "Client address is blocked by policy");
    public static readonly FilterReason Unsure = new(VerdictKind.Defer, "unsure", 451, "4.4.3", "Policy lookup failed, try again later");

    private readonly SlotKey<Task<DnsAnswer>> _lookup = new();

    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken)
    {
        session.Set(_lookup, context.Dns.ResolveAsync(options.Zone, DnsRecordType.A, session.Aborted).AsTask());
        return Verdict.Continue;
    }

    public async ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        Task<DnsAnswer>? lookup = transaction.Session.Get(_lookup);
        DnsAnswer answer = lookup is null ? DnsAnswer.TemporaryFailure : await lookup.WaitAsync(cancellationToken);
        return answer.Status switch
        {
            DnsStatus.Found => Verdict.From(Listed),
            DnsStatus.TemporaryFailure => Verdict.From(Unsure),
            _ => Verdict.Continue,
        };
    }

    public IBodySink? OpenBody(Transaction transaction) => new CountingSink();

    public sealed class Options
    {
        [Required]
        public string Zone { get; set; } = "listed.example";

        [Range(1, 10)]
        public int Weight { get; set; } = 1;

        [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
        public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
    }

    private sealed class CountingSink : IBodySink
    {
        public ValueTask<SinkState> WriteAsync(ReadOnlySequence<byte> chunk, CancellationToken cancellationToken) => new(SinkState.More);

        public ValueTask CompleteAsync(RecipientVerdicts verdicts, CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;
    }
}
