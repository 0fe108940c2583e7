using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Tells an observer what an evaluation does. Without one, nothing is written.</summary>
internal sealed class StepRecorder(Action<SpfStep>? observer)
{
    private const int RecordsShownMax = 10;

    public int Depth { get; set; }

    public bool IsOn => observer is not null;

    public void Tell(SpfStepKind kind, LookupBudget budget, string subject, string outcome) =>
        observer?.Invoke(new SpfStep(kind, Depth, SpfRecordParser.Shown(subject), outcome, budget.Lookups, budget.VoidLookups));

    public void TellLookup(LookupBudget budget, string name, DnsRecordType type, DnsAnswer answer)
    {
        if (observer is not null)
        {
            observer(new SpfStep(SpfStepKind.Lookup, Depth, $"{Shown(name)} {type.ToString().ToUpperInvariant()}", Describe(answer), budget.Lookups, budget.VoidLookups));
        }
    }

    private static string Describe(DnsAnswer answer) => answer.Status switch
    {
        DnsStatus.Found => string.Join(", ", answer.Records.Take(RecordsShownMax).Select(Describe)) + (answer.Records.Count > RecordsShownMax ? ", ..." : string.Empty),
        DnsStatus.NoData => "no such record",
        DnsStatus.NxDomain => "no such name",
        DnsStatus.Bogus => "not authentic (DNSSEC)",
        _ => "no answer",
    };

    private static string Describe(DnsRecord record) => record switch
    {
        DnsAddressRecord address => address.Address.ToString(),
        DnsMxRecord mx => $"{mx.Preference} {(mx.Exchange.Length == 0 ? "." : Shown(mx.Exchange))}",
        DnsNameRecord name => Shown(name.Name),
        DnsTxtRecord text => $"\"{Shown(System.Text.Encoding.Latin1.GetString(text.Text.Span))}\"",
        _ => record.ToString(),
    };

    // A whole record is shown, not only its beginning; what a stranger wrote stays printable.
    private static string Shown(string text) => string.Create(Math.Min(text.Length, 500), text, static (target, source) =>
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        }
    });
}
