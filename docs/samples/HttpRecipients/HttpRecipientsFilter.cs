using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Samples.HttpRecipients;

/// <summary>Asks a web service which mailboxes exist, for domains with <c>"Recipients": "filter"</c>.</summary>
public sealed class HttpRecipientsFilter : IRcptFilter, IDisposable
{
    /// <summary>The service says that there is no such mailbox.</summary>
    public static readonly FilterReason Unknown = new(VerdictKind.Reject, "unknown", 550, "5.1.1", "No such mailbox");

    /// <summary>The service cannot say. Mail for a mailbox that may exist is never refused for good.</summary>
    public static readonly FilterReason Unsure = new(VerdictKind.Defer, "unsure", 451, "4.4.3", "Recipient cannot be verified now");

    private readonly HttpRecipientsFilterOptions _options;
    private readonly HttpClient _client;
    private readonly BackendGuard _guard;
    private readonly LookupCache<string, bool?> _cache;

    /// <summary>Makes the filter; asks nothing yet.</summary>
    /// <param name="options">Bound and valid.</param>
    /// <param name="context">Its context.</param>
    public HttpRecipientsFilter(HttpRecipientsFilterOptions options, FilterContext context)
    {
        _options = options;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = options.QuestionsMax }) { Timeout = Timeout.InfiniteTimeSpan };
        BackendGuardOptions limits = new(options.QuestionTimeout, options.QuestionsMax, WaitingMax: 100, BreakerFailures: 5, BreakerPause: TimeSpan.FromSeconds(10));
        FilterMeter meter = context.Meter("service");
        _guard = new BackendGuard(context.Name, limits, context.Time, meter, context.Logger);
        _cache = new LookupCache<string, bool?>(options.Cache, context.Time, meter);
    }

    /// <inheritdoc />
    public async ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        if (!recipient.IsUnverified)
        {
            return Verdict.Continue;
        }

        bool? exists = await _cache.GetAsync(recipient.ForwardPath.Key, this, static (address, filter) => filter.AskAsync(address), cancellationToken);
        return exists switch
        {
            true => Verdict.Continue,
            false => Verdict.From(Unknown),
            null => Verdict.From(Unsure),
        };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _guard.Dispose();
        _client.Dispose();
    }

    /// <summary>The look-up belongs to the cache, and not to whoever asked first: so it takes no token of his.</summary>
    private async ValueTask<CachedAnswer<bool?>> AskAsync(string address)
    {
        GuardResult<HttpStatusCode> result = await _guard.RunAsync(address, QuestionAsync, static status => (int)status >= 500 ? $"the service answered {(int)status}" : null, CancellationToken.None);
        return result.Outcome != GuardOutcome.Answered
            ? new CachedAnswer<bool?>(null, CacheLife.None)
            : result.Answer == HttpStatusCode.NotFound ? new CachedAnswer<bool?>(false, CacheLife.Negative) : new CachedAnswer<bool?>(true, CacheLife.Positive);
    }

    private async ValueTask<HttpStatusCode> QuestionAsync(string address, CancellationToken cancellationToken)
    {
        Uri uri = new($"{_options.Url!.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(address)}");
        using HttpResponseMessage response = await _client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound ? response.StatusCode : HttpStatusCode.BadGateway;
    }
}
