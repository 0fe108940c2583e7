using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Unit.Pipeline;

/// <summary>A filter that changes messages as the test says.</summary>
public sealed class ChangesFilter(FilterContext context) : IMailFilter, IRcptFilter, IMessageFilter
{
    public static readonly FilterTraits Rewrites = new() { Effect = FilterEffect.Rewrites };

    public static readonly FilterTraits ReplacesBody = new() { Effect = FilterEffect.Rewrites, Groupable = false, ReplacesBody = true };

    public Action<FilterContext, Transaction>? AtMail { get; init; }

    public Action<FilterContext, Transaction, Recipient>? AtRcpt { get; init; }

    public Action<FilterContext, Transaction>? AtMessage { get; init; }

    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        AtMail?.Invoke(context, transaction);
        return Verdict.Continue;
    }

    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken)
    {
        AtRcpt?.Invoke(context, transaction, recipient);
        return Verdict.Continue;
    }

    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken)
    {
        AtMessage?.Invoke(context, transaction);
        return default;
    }
}
