using System.Collections.Concurrent;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>Options of a <see cref="FakeBackend"/>.</summary>
internal sealed record FakeBackendOptions : RecipientBackendOptions
{
    public FakeBackend Backend { get; init; } = new();
}

/// <summary>A backend that the test answers for.</summary>
internal sealed class FakeBackend : IRecipientBackend
{
    private readonly ConcurrentQueue<string> _asked = new();

    /// <summary>Addresses that exist.</summary>
    public HashSet<string> Known { get; } = [];

    /// <summary>Replaces the answer.</summary>
    public Func<string, CancellationToken, ValueTask<RecipientAnswer>>? Answer { get; set; }

    public IReadOnlyCollection<string> Asked => _asked;

    public bool IsRemote { get; init; } = true;

    public bool IsDisposed { get; private set; }

    public static FakeBackend Of(params string[] known)
    {
        FakeBackend backend = new();
        backend.Known.UnionWith(known);
        return backend;
    }

    /// <summary>Never answers, and does not even end at its deadline when told so.</summary>
    public static FakeBackend Hanging(bool ignoresDeadline = false) => new()
    {
        Answer = async (_, token) =>
        {
            TaskCompletionSource<RecipientAnswer> never = new();
            return await never.Task.WaitAsync(ignoresDeadline ? CancellationToken.None : token);
        },
    };

    public static FakeBackend Failing(string detail = "down") => new() { Answer = (_, _) => ValueTask.FromResult(RecipientAnswer.TemporaryFailure(detail)) };

    /// <summary>As configuration would have it.</summary>
    public FilterPart<IRecipientBackend> Part(FakeBackendOptions? options = null) =>
        FilterPart.Of<IRecipientBackend, FakeBackendOptions>("Fake", (options ?? new FakeBackendOptions()) with { Backend = this }, static (bound, _) => bound.Backend);

    public ValueTask<RecipientAnswer> FindAsync(string address, CancellationToken cancellationToken)
    {
        if (Answer is not null)
        {
            _asked.Enqueue(address);
            return Answer(address, cancellationToken);
        }

        if (IsRemote)
        {
            _asked.Enqueue(address);
        }

        return ValueTask.FromResult(Known.Contains(address) ? RecipientAnswer.Known : RecipientAnswer.Unknown);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
