using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf.Macros;
using EdgeSmtp.Filters.Spf.Records;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>One evaluation: check_host() of RFC 7208 §4, with what it has spent and found so far.</summary>
internal sealed class SpfCheck
{
    private readonly SpfPolicy _policy;
    private readonly SpfQuery _query;
    private readonly StepRecorder _steps;
    private readonly MacroExpander _expander;
    private readonly SpfLookups _lookups;
    private readonly CancellationToken _caller;

    /// <param name="dns">The resolver.</param>
    /// <param name="policy">What is ours to decide.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="steps">Told each step.</param>
    /// <param name="limit">Fires when the time is up, and when the caller gives up.</param>
    /// <param name="caller">Fires when the caller gives up.</param>
    public SpfCheck(IDnsResolver dns, SpfPolicy policy, SpfQuery query, DateTimeOffset now, StepRecorder steps, CancellationToken limit, CancellationToken caller)
    {
        IPAddress client = Canonical(query.Client);
        _policy = policy;
        _query = query;
        _steps = steps;
        _caller = caller;

        // RFC 7208 §4.3: without local part it is postmaster.
        string localPart = query.LocalPart.Length == 0 ? "postmaster" : query.LocalPart;
        _expander = new MacroExpander(new MacroValues(client, localPart, query.Domain, query.Hello, query.Receiver, now));
        _lookups = new SpfLookups(dns, client, steps, new LookupBudget(policy.VoidLookupsMax), limit);
    }

    /// <summary>Evaluates the domain of the query.</summary>
    public async Task<SpfResult> RunAsync()
    {
        Decision decision = await CheckHostAsync(_query.Domain, isWhole: true).ConfigureAwait(false);
        SpfResult result = new(decision.Status, _query.Identity, _query.Domain)
        {
            Mechanism = decision.Mechanism,
            Problem = decision.Problem,
            Source = decision.Source,
        };
        try
        {
            return decision.Status switch
            {
                SpfStatus.Fail => result with { Explanation = await ExplainAsync(decision).ConfigureAwait(false) },
                SpfStatus.None when _policy.BestGuess is not null && SpfName.IsDomain(_query.Domain) => result with { Guess = await GuessAsync(_policy.BestGuess).ConfigureAwait(false) },
                _ => result,
            };
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            // The time is up, but the result stands: RFC 7208 §6.2 goes on without explanation.
            return result;
        }
    }

    // RFC 7208 §5: an IPv4-mapped address is IPv4. A scope id is ours and not the DNS's.
    private static IPAddress Canonical(IPAddress client) =>
        client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(client.GetAddressBytes()) : client;

    /// <param name="domain">The domain.</param>
    /// <param name="isWhole">Whether the result is that of the whole, and not only of an include.</param>
    private async ValueTask<Decision> CheckHostAsync(string domain, bool isWhole)
    {
        // RFC 7208 §4.3: a domain that cannot be one has no record.
        if (!SpfName.IsDomain(domain))
        {
            _steps.Tell(SpfStepKind.Record, _lookups.Budget, domain, "not a domain that could have a record");
            return new Decision(SpfStatus.None);
        }

        DnsAnswer answer = await _lookups.AskAsync(domain, DnsRecordType.Txt).ConfigureAwait(false);
        if (SpfLookups.IsUnknown(answer))
        {
            return Decision.TempError($"no answer for the record of {SpfRecordParser.Shown(domain)}");
        }

        if (Select(answer, out DnsTxtRecord? text) is { } conflict)
        {
            return Decision.PermError($"{conflict} at {SpfRecordParser.Shown(domain)}");
        }

        if (text is null)
        {
            _steps.Tell(SpfStepKind.Record, _lookups.Budget, domain, "no SPF record");
            return new Decision(SpfStatus.None);
        }

        // Latin-1 keeps every byte: what is not ASCII is an error of its term (RFC 7208 §3.1).
        string written = Encoding.Latin1.GetString(text.Text.Span);
        _steps.Tell(SpfStepKind.Record, _lookups.Budget, domain, "SPF record");
        if (!SpfRecordParser.TryParse(written, out SpfRecord? record, out string problem))
        {
            return Decision.PermError($"{problem} in the record of {SpfRecordParser.Shown(domain)}");
        }

        return await EvaluateAsync(record, domain, isWhole).ConfigureAwait(false);
    }

    // RFC 7208 §4.5: exactly one of the TXT records may be of SPF.
    private static string? Select(DnsAnswer answer, out DnsTxtRecord? record)
    {
        record = null;
        for (int i = 0; i < answer.Records.Count; i++)
        {
            if (answer.Records[i] is DnsTxtRecord text && SpfRecordParser.IsRecord(text.Text.Span))
            {
                if (record is not null)
                {
                    return "more than one record";
                }

                record = text;
            }
        }

        return null;
    }

    private async ValueTask<Decision> EvaluateAsync(SpfRecord record, string domain, bool isWhole)
    {
        // What a redirect leads to replaces this record, and gets our mechanisms instead.
        bool hasLocal = isWhole && _policy.LocalPolicy.Count > 0 && record.EffectiveRedirect is null;
        int localIndex = hasLocal ? record.LocalPolicyIndex : -1;
        for (int i = 0; i <= record.Mechanisms.Count; i++)
        {
            if (i == localIndex && await ApplyLocalPolicyAsync(domain).ConfigureAwait(false) is { } local)
            {
                return local;
            }

            if (i == record.Mechanisms.Count)
            {
                break;
            }

            Mechanism mechanism = record.Mechanisms[i];
            MatchOutcome outcome = await MatchAsync(mechanism, domain).ConfigureAwait(false);
            if (outcome.IsError)
            {
                return new Decision(outcome.Error, Problem: outcome.Problem);
            }

            if (outcome.IsMatch)
            {
                return new Decision(mechanism.Qualifier, mechanism.Text) { Domain = domain, Explanation = record.Explanation };
            }
        }

        // RFC 7208 §4.7: without redirect, nothing is said.
        return record.EffectiveRedirect is { } redirect ? await RedirectAsync(redirect, domain, isWhole).ConfigureAwait(false) : new Decision(SpfStatus.Neutral);
    }

    private async ValueTask<Decision> RedirectAsync(MacroString redirect, string domain, bool isWhole)
    {
        if (!_lookups.Budget.TakeLookup())
        {
            return Decision.PermError(SpfLookups.TooManyLookups);
        }

        string target = await ExpandAsync(redirect, domain).ConfigureAwait(false);
        _steps.Tell(SpfStepKind.Modifier, _lookups.Budget, "redirect", SpfRecordParser.Shown(target));
        _steps.Depth++;
        Decision decision = await CheckHostAsync(target, isWhole).ConfigureAwait(false);
        _steps.Depth--;

        // RFC 7208 §6.1.
        return decision.Status == SpfStatus.None ? Decision.PermError($"redirect to {SpfRecordParser.Shown(target)}, which has no record") : decision;
    }

    private async ValueTask<Decision?> ApplyLocalPolicyAsync(string domain)
    {
        using (_lookups.BeginOwnBudget(_policy.VoidLookupsMax))
        {
            foreach (Mechanism mechanism in _policy.LocalPolicy)
            {
                // Our own words never make an error of the domain's: what cannot be asked does not match.
                MatchOutcome outcome = await MatchAsync(mechanism, domain).ConfigureAwait(false);
                if (outcome.IsMatch)
                {
                    return new Decision(mechanism.Qualifier, mechanism.Text) { Source = SpfSource.LocalPolicy, Domain = domain };
                }
            }
        }

        return null;
    }

    private async ValueTask<SpfStatus?> GuessAsync(SpfRecord guess)
    {
        SpfStatus status;
        using (_lookups.BeginOwnBudget(_policy.VoidLookupsMax))
        {
            status = (await EvaluateAsync(guess, _query.Domain, isWhole: false).ConfigureAwait(false)).Status;
        }

        _steps.Tell(SpfStepKind.Guess, _lookups.Budget, _query.Domain, SpfStatusNames.Of(status));
        return status is SpfStatus.TempError or SpfStatus.PermError or SpfStatus.None ? null : status;
    }

    private async ValueTask<MatchOutcome> MatchAsync(Mechanism mechanism, string domain)
    {
        MatchOutcome outcome = mechanism.AsksDns ? await AskAsync(mechanism, domain).ConfigureAwait(false)
            : mechanism.Kind == MechanismKind.All || AddressMatch.IsWithin(_lookups.Client, mechanism.Network!, mechanism) ? MatchOutcome.Yes
            : MatchOutcome.No;
        if (_steps.IsOn)
        {
            _steps.Tell(SpfStepKind.Mechanism, _lookups.Budget, mechanism.Text, outcome.IsMatch ? $"match: {SpfStatusNames.Of(mechanism.Qualifier)}" : outcome.ToString());
        }

        return outcome;
    }

    private async ValueTask<MatchOutcome> AskAsync(Mechanism mechanism, string domain)
    {
        if (!_lookups.Budget.TakeLookup())
        {
            return MatchOutcome.PermError(SpfLookups.TooManyLookups);
        }

        string target = domain;
        if (mechanism.Target is { } macro)
        {
            if (_expander.IsUnaskable(macro))
            {
                return MatchOutcome.No;
            }

            target = await ExpandAsync(macro, domain).ConfigureAwait(false);
        }

        if (mechanism.Kind == MechanismKind.Include)
        {
            return await IncludeAsync(target).ConfigureAwait(false);
        }

        // RFC 7208 §4.8 leaves open what a name that cannot exist means; it is taken for one that does not.
        return SpfName.IsAskable(target) ? await _lookups.MatchAsync(mechanism, target).ConfigureAwait(false) : MatchOutcome.No;
    }

    // RFC 7208 §5.2.
    private async ValueTask<MatchOutcome> IncludeAsync(string target)
    {
        _steps.Depth++;
        Decision inner = await CheckHostAsync(target, isWhole: false).ConfigureAwait(false);
        _steps.Depth--;
        return inner.Status switch
        {
            SpfStatus.Pass => MatchOutcome.Yes,
            SpfStatus.TempError or SpfStatus.PermError => new MatchOutcome(false, inner.Status, inner.Problem),
            SpfStatus.None => MatchOutcome.PermError($"include of {SpfRecordParser.Shown(target)}, which has no record"),
            _ => MatchOutcome.No,
        };
    }

    private async ValueTask<string> ExpandAsync(MacroString macro, string domain)
    {
        string clientName = macro.UsesClientName ? await _lookups.ClientNameAsync(domain).ConfigureAwait(false) : string.Empty;
        return _expander.ExpandDomain(macro, domain, clientName);
    }

    // RFC 7208 §6.2: fetched once the result is known, counted nowhere; anything wrong with it, and it is as if there were none.
    private async ValueTask<string?> ExplainAsync(Decision decision)
    {
        string domain = decision.Domain ?? _query.Domain;
        MacroString? text = decision.Explanation is { } macro && _policy.FetchesExplanation ? await FetchAsync(macro, domain).ConfigureAwait(false) : null;
        text ??= _policy.Explanation;
        if (text is null)
        {
            return null;
        }

        string clientName = text.UsesClientName ? await _lookups.ClientNameAsync(domain).ConfigureAwait(false) : string.Empty;
        string explanation = ExplanationText.Clean(_expander.ExpandText(text, domain, clientName, ExplanationText.LengthMax));
        _steps.Tell(SpfStepKind.Explanation, _lookups.Budget, domain, explanation);
        return explanation;
    }

    private async ValueTask<MacroString?> FetchAsync(MacroString macro, string domain)
    {
        if (_expander.IsUnaskable(macro))
        {
            return null;
        }

        string target = await ExpandAsync(macro, domain).ConfigureAwait(false);
        if (!SpfName.IsAskable(target))
        {
            return null;
        }

        DnsAnswer answer = await _lookups.AskAsync(target, DnsRecordType.Txt).ConfigureAwait(false);
        return answer.Records is [DnsTxtRecord record] && MacroParser.TryParse(Encoding.Latin1.GetString(record.Text.Span), MacroUse.Explanation, out MacroString? text) ? text : null;
    }
}
