using System.Net;
using System.Net.Sockets;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf.Records;
using EdgeSmtp.Toolkit.Net;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>The questions of one evaluation, and the mechanisms that are answered by them.</summary>
internal sealed class SpfLookups(IDnsResolver dns, IPAddress client, StepRecorder steps, LookupBudget budget, CancellationToken cancellationToken)
{
    public const string TooManyLookups = "more than 10 terms that ask the DNS";

    private const string TooManyVoid = "too many look-ups without answer";

    /// <summary>RFC 7208 §4.6.4: hosts of one mx, ptr or %{p}.</summary>
    private const int HostsMax = 10;

    private List<string>? _clientNames;

    public IPAddress Client => client;

    /// <summary>What is spent of.</summary>
    public LookupBudget Budget { get; private set; } = budget;

    private DnsRecordType AddressType => client.AddressFamily == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa;

    public static bool IsUnknown(DnsAnswer answer) => answer.Status is DnsStatus.TemporaryFailure or DnsStatus.Bogus;

    /// <summary>Spends of another budget until disposed.</summary>
    public OwnBudget BeginOwnBudget(int voidMax)
    {
        OwnBudget own = new(this, Budget);
        Budget = new LookupBudget(voidMax);
        return own;
    }

    /// <summary>Asks one question.</summary>
    public async ValueTask<DnsAnswer> AskAsync(string name, DnsRecordType type)
    {
        DnsAnswer answer = await dns.ResolveAsync(name, type, cancellationToken).ConfigureAwait(false);
        steps.TellLookup(Budget, name, type, answer);
        return answer;
    }

    /// <summary>Whether a mechanism matches that looks at records of a name.</summary>
    public ValueTask<MatchOutcome> MatchAsync(Mechanism mechanism, string target) => mechanism.Kind switch
    {
        MechanismKind.A => AddressesAsync(mechanism, target),
        MechanismKind.Mx => ExchangersAsync(mechanism, target),
        MechanismKind.Exists => ExistsAsync(target),
        _ => PointerAsync(target),
    };

    /// <summary>The validated name of the client for <c>%{p}</c>: the domain itself, else one below it, else any, else "unknown" (RFC 7208 §7.3).</summary>
    public async ValueTask<string> ClientNameAsync(string domain)
    {
        List<string> names = await ClientNamesAsync().ConfigureAwait(false);
        string? found = null;
        foreach (string name in names)
        {
            if (string.Equals(name, domain, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }

            if (found is null || (!SpfName.IsWithin(found, domain) && SpfName.IsWithin(name, domain)))
            {
                found = name;
            }
        }

        return found ?? "unknown";
    }

    // RFC 7208 §5.3.
    private async ValueTask<MatchOutcome> AddressesAsync(Mechanism mechanism, string target)
    {
        DnsAnswer answer = await AskAsync(target, AddressType).ConfigureAwait(false);
        if (IsUnknown(answer))
        {
            return NoAnswer(target);
        }

        return Holds(answer, mechanism) ? MatchOutcome.Yes : NoMatch(isVoid: answer.IsNegative);
    }

    // RFC 7208 §5.4: without MX there is nothing to be looked at; the address of the name itself does not stand for it.
    private async ValueTask<MatchOutcome> ExchangersAsync(Mechanism mechanism, string target)
    {
        DnsAnswer exchangers = await AskAsync(target, DnsRecordType.Mx).ConfigureAwait(false);
        if (IsUnknown(exchangers))
        {
            return NoAnswer(target);
        }

        if (exchangers.Records.Count > HostsMax)
        {
            return MatchOutcome.PermError($"more than {HostsMax} MX records");
        }

        bool isVoid = exchangers.IsNegative;
        for (int i = 0; i < exchangers.Records.Count; i++)
        {
            // RFC 7505: the empty name of a null MX is no host.
            if (exchangers.Records[i] is not DnsMxRecord { Exchange: { Length: > 0 } host } || !SpfName.IsAskable(host))
            {
                continue;
            }

            DnsAnswer answer = await AskAsync(host, AddressType).ConfigureAwait(false);
            if (IsUnknown(answer))
            {
                return NoAnswer(host);
            }

            if (Holds(answer, mechanism))
            {
                return MatchOutcome.Yes;
            }

            isVoid |= answer.IsNegative;
        }

        return NoMatch(isVoid);
    }

    // RFC 7208 §5.7: an A record, also for a client of IPv6.
    private async ValueTask<MatchOutcome> ExistsAsync(string target)
    {
        DnsAnswer answer = await AskAsync(target, DnsRecordType.A).ConfigureAwait(false);
        return IsUnknown(answer) ? NoAnswer(target) : HasAddress(answer) ? MatchOutcome.Yes : NoMatch(isVoid: true);
    }

    // RFC 7208 §5.5: what goes wrong on the way only means that there is no such name. The sender does not write these records, so none of it is counted against him.
    private async ValueTask<MatchOutcome> PointerAsync(string target)
    {
        foreach (string name in await ClientNamesAsync().ConfigureAwait(false))
        {
            if (SpfName.IsWithin(name, target))
            {
                return MatchOutcome.Yes;
            }
        }

        return MatchOutcome.No;
    }

    /// <summary>Names that point back to the client, of the first 10 that its address points to; found out once.</summary>
    private async ValueTask<List<string>> ClientNamesAsync()
    {
        if (_clientNames is not null)
        {
            return _clientNames;
        }

        List<string> names = [];
        DnsAnswer pointers = await AskAsync(ReverseName.Pointer(client), DnsRecordType.Ptr).ConfigureAwait(false);
        for (int i = 0; i < Math.Min(pointers.Records.Count, HostsMax); i++)
        {
            if (pointers.Records[i] is not DnsNameRecord { Name: { } name } || !SpfName.IsAskable(name))
            {
                continue;
            }

            DnsAnswer answer = await AskAsync(name, AddressType).ConfigureAwait(false);
            for (int j = 0; j < answer.Records.Count; j++)
            {
                if (answer.Records[j] is DnsAddressRecord record && record.Address.Equals(client))
                {
                    names.Add(name);
                    break;
                }
            }
        }

        return _clientNames = names;
    }

    private static bool HasAddress(DnsAnswer answer)
    {
        for (int i = 0; i < answer.Records.Count; i++)
        {
            if (answer.Records[i] is DnsAddressRecord)
            {
                return true;
            }
        }

        return false;
    }

    private bool Holds(DnsAnswer answer, Mechanism mechanism)
    {
        for (int i = 0; i < answer.Records.Count; i++)
        {
            if (answer.Records[i] is DnsAddressRecord record && AddressMatch.IsWithin(client, record.Address, mechanism))
            {
                return true;
            }
        }

        return false;
    }

    // RFC 7208 §4.6.4 counts terms, however many of their questions had no answer.
    private MatchOutcome NoMatch(bool isVoid) => isVoid && !Budget.TakeVoid() ? MatchOutcome.PermError(TooManyVoid) : MatchOutcome.No;

    private static MatchOutcome NoAnswer(string name) => MatchOutcome.TempError($"no answer for {SpfRecordParser.Shown(name)}");

    /// <summary>Gives back the budget that was spent of before.</summary>
    internal readonly struct OwnBudget(SpfLookups lookups, LookupBudget before) : IDisposable
    {
        public void Dispose() => lookups.Budget = before;
    }
}
