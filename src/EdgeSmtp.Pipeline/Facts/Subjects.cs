using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline.Facts;

/// <summary>How subjects lie in one another.</summary>
internal static class Subjects
{
    public static FilterSubject? Wider(FilterSubject subject) => subject switch
    {
        Recipient recipient => recipient.Transaction,
        Transaction transaction => transaction.Session,
        _ => null,
    };

    public static Session SessionOf(FilterSubject subject) => subject switch
    {
        Recipient recipient => recipient.Transaction.Session,
        Transaction transaction => transaction.Session,
        Session session => session,
        _ => throw new ArgumentException($"{subject.GetType()} is neither session, transaction nor recipient.", nameof(subject)),
    };

    public static Transaction? TransactionOf(FilterSubject subject) => subject as Transaction ?? (subject as Recipient)?.Transaction;

    public static FactScope ScopeOf(FilterSubject subject) => subject switch
    {
        Recipient => FactScope.Recipient,
        Transaction => FactScope.Transaction,
        _ => FactScope.Session,
    };
}
