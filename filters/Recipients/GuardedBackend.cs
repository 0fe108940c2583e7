using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Backends;
using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>A backend behind the shared cache and a guard of its own, so that a dead one stalls nobody who does not need it. One that answers from memory has neither.</summary>
internal sealed class GuardedBackend : IAsyncDisposable
{
    private readonly IRecipientBackend _backend;
    private readonly LookupCache<(string Backend, string Address), RecipientAnswer> _cache;
    private readonly BackendGuard? _guard;

    public GuardedBackend(
        string name, IRecipientBackend backend, RecipientBackendOptions options, LookupCache<(string Backend, string Address), RecipientAnswer> cache, FilterContext context)
    {
        Name = name;
        _backend = backend;
        _cache = cache;
        if (backend.IsRemote)
        {
            _guard = new BackendGuard(name, options.Within(options.Timeout), context.Time, context.Meter(name), context.Logger);
        }
    }

    public string Name { get; }

    public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken) => _guard is null
        ? _backend.FindAsync(address, cancellationToken)
        : _cache.GetAsync((Name, address), this, static (key, backend) => backend.AskAsync(key.Address), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _backend.DisposeAsync().ConfigureAwait(false);
        _guard?.Dispose();
    }

    private async ValueTask<CachedAnswer<RecipientAnswer>> AskAsync(string address)
    {
        // Nobody's token: others may wait for the same answer, and the deadline of the guard ends it in any case.
        GuardResult<RecipientAnswer> result = await _guard!.RunAsync(
            (_backend, address),
            static (asked, deadline) => asked._backend.FindAsync(asked.address, deadline),
            static answer => answer is { Kind: RecipientAnswerKind.TemporaryFailure, IsOfAddress: false } ? answer.Detail ?? "it cannot tell now" : null,
            CancellationToken.None).ConfigureAwait(false);
        if (result.Outcome != GuardOutcome.Answered || result.Answer.Kind == RecipientAnswerKind.TemporaryFailure)
        {
            return new CachedAnswer<RecipientAnswer>(RecipientAnswer.TemporaryFailure($"backend {Name}: {result.Detail ?? result.Answer.Detail}"), CacheLife.None);
        }

        return new CachedAnswer<RecipientAnswer>(result.Answer, result.Answer.Kind == RecipientAnswerKind.Known ? CacheLife.Positive : CacheLife.Negative);
    }
}
