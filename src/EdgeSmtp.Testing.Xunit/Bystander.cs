using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Testing.Xunit;

/// <summary>A fellow member of a group that publishes what others might look at, and never has an opinion.</summary>
internal sealed class Bystander(FilterContext context) : IConnectFilter, IHelloFilter, IMailFilter, IRcptFilter, IMessageFilter
{
    public ValueTask<Verdict> OnConnectAsync(Session session, CancellationToken cancellationToken) => Publish(session);

    public ValueTask<Verdict> OnHelloAsync(Session session, CancellationToken cancellationToken) => Publish(session);

    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken) => Publish(transaction.Session);

    public ValueTask<Verdict> OnRcptAsync(Transaction transaction, Recipient recipient, CancellationToken cancellationToken) => Publish(transaction.Session);

    public ValueTask OnMessageAsync(Transaction transaction, RecipientVerdicts verdicts, CancellationToken cancellationToken) => default;

    private Verdict Publish(Session session)
    {
        context.AddScore(session, "bystander", 0);
        return Verdict.Continue;
    }
}
