using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Tests.Server.Pending;

/// <summary>A scanner that is busy as long as a test says so.</summary>
internal sealed class LateFilter(string name = "late") : IMessageFilter
{
    private FilterContext? _context;
    private int _calls;

    /// <summary>Whether it wants to be asked again.</summary>
    public volatile bool IsBusy = true;

    /// <summary>What it says when it has time, or no room to wait.</summary>
    public Func<FilterContext, Transaction, RecipientVerdicts, ValueTask>? Say { get; set; }

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What it saw last.</summary>
    public string? Seen { get; private set; }

    public FilterInstance Instance(DriverOptions? driver = null, FilterEffect effect = FilterEffect.Annotates, string? as_ = null) => new(
        as_ ?? name,
        new FilterRegistration(
            name,
            typeof(NoOptions),
            (_, context) =>
            {
                _context = context;
                return this;
            },
            FilterTraits.Default with { Effect = effect }),
        new NoOptions(),
        driver ?? new DriverOptions { OnError = FailurePolicy.Defer });

    public async ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        Session session = transaction.Session;
        Seen = $"{session.Client.Address} {session.HelloKind} {session.Hello} {session.Listener} relay {session.MayRelay} own {session.IsOwnDomain("example.com")} "
            + $"from {transaction.ReversePath} to {string.Join(',', transaction.Recipients.Select(static recipient => $"{recipient.ForwardPath}{(recipient.IsLocalDomain ? "*" : string.Empty)}"))} id {transaction.Id}";
        Interlocked.Increment(ref _calls);
        if (!IsBusy || !_context!.TryPostpone(transaction))
        {
            await (Say?.Invoke(_context!, transaction, verdicts) ?? default);
        }
    }
}
