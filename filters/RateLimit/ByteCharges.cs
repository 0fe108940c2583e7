using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>Walks the buckets that the bytes of a message are taken from: one for each limit, or one for each of its domains. A value, so that walking allocates nothing.</summary>
internal struct ByteCharges(Limit[] limits, Transaction transaction)
{
    private int _limit;
    private int _recipient = -1;

    /// <summary>The limit.</summary>
    public readonly Limit Limit => limits[_limit];

    /// <summary>Its bucket.</summary>
    public UInt128 Key { get; private set; }

    /// <summary>Goes to the next bucket.</summary>
    public bool MoveNext()
    {
        for (; _limit < limits.Length; _limit++, _recipient = -1)
        {
            int end = limits[_limit].IsByDomain ? transaction.Recipients.Count : 1;
            while (++_recipient < end)
            {
                Recipient? recipient = limits[_limit].IsByDomain ? transaction.Recipients[_recipient] : null;
                if ((recipient is null || IsFirstOfItsDomain()) && limits[_limit].TryKey(new Occasion(transaction.Session, transaction, recipient), out UInt128 key))
                {
                    Key = key;
                    return true;
                }
            }
        }

        return false;
    }

    private readonly bool IsFirstOfItsDomain()
    {
        string domain = transaction.Recipients[_recipient].ForwardPath.DomainALabel;
        for (int i = 0; i < _recipient; i++)
        {
            if (string.Equals(transaction.Recipients[i].ForwardPath.DomainALabel, domain, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
