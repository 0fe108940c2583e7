using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Server.Capture;

namespace EdgeSmtp.Server.Replay;

/// <summary>Answers with what the DNS said when the session was recorded.</summary>
/// <param name="live">Asked when nothing is recorded; <c>null</c> to answer that the DNS does not say.</param>
internal sealed class RecordedDns(IDnsResolver? live) : IDnsResolver
{
    private readonly Dictionary<(string Name, DnsRecordType Type), List<CapturedAnswer>> _answers = [];
    private readonly HashSet<(string Name, DnsRecordType Type)> _unknown = [];
    private readonly Lock _lock = new();

    /// <summary>End of the session that is replayed: answers up to it were given to it, or to others before it.</summary>
    public DateTimeOffset AsOf { get; set; }

    /// <summary>Different questions that nobody asked when the sessions were recorded.</summary>
    public int UnknownQuestions
    {
        get
        {
            lock (_lock)
            {
                return _unknown.Count;
            }
        }
    }

    /// <summary>Takes a recorded answer. In the order of their times.</summary>
    public void Add(CapturedAnswer answer)
    {
        if (!_answers.TryGetValue((answer.Name, answer.Type), out List<CapturedAnswer>? answers))
        {
            _answers.Add((answer.Name, answer.Type), answers = []);
        }

        answers.Add(answer);
    }

    /// <inheritdoc />
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue((name, type), out List<CapturedAnswer>? answers))
        {
            // The last that was there in time; a session that waited for somebody else's question may have its answer recorded a moment later.
            return new ValueTask<DnsAnswer>((answers.FindLast(answer => answer.At <= AsOf) ?? answers[0]).Answer);
        }

        lock (_lock)
        {
            _unknown.Add((name, type));
        }

        return live?.ResolveAsync(name, type, cancellationToken) ?? new ValueTask<DnsAnswer>(DnsAnswer.TemporaryFailure);
    }
}
