using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>What was already counted in a session and in its current transaction, so that nothing counts twice. One object a session, reused for each transaction.</summary>
internal sealed class RateSession
{
    // Beyond it, a domain met again counts again: the list stays short, and few messages have so many domains.
    private const int DomainsMax = 64;

    private readonly List<(int Limit, string Domain)> _domains = [];
    private Transaction? _transaction;
    private string? _transactionId;
    private uint _settled;
    private uint _scored;

    /// <summary>Refusals of the session that limits know of.</summary>
    public int Refusals { get; set; }

    /// <summary>Goes to a transaction; a new one begins with nothing counted. A transaction object is reused within its session, its id is not.</summary>
    public void Enter(Transaction transaction)
    {
        if (!ReferenceEquals(transaction, _transaction) || !ReferenceEquals(transaction.Id, _transactionId))
        {
            _transaction = transaction;
            _transactionId = transaction.Id;
            _settled = 0;
            _domains.Clear();
        }
    }

    /// <summary>Whether a limit is done with this transaction, or with this domain of it.</summary>
    public bool IsSettled(Limit limit, string? domain) =>
        domain is null ? (_settled & (1u << limit.Index)) != 0 : _domains.Contains((limit.Index, domain));

    /// <summary>A limit is done with this transaction, or with this domain of it.</summary>
    public void Settle(Limit limit, string? domain)
    {
        if (domain is null)
        {
            _settled |= 1u << limit.Index;
        }
        else if (_domains.Count < DomainsMax)
        {
            _domains.Add((limit.Index, domain));
        }
    }

    /// <summary>Whether a limit gives points to this session for the first time.</summary>
    public bool TryScore(Limit limit)
    {
        bool isFirst = (_scored & (1u << limit.Index)) == 0;
        _scored |= 1u << limit.Index;
        return isFirst;
    }
}
