namespace EdgeSmtp.Queue.Journal;

/// <summary>Operations for reuse. Thread-safe.</summary>
internal sealed class JournalOperationPool
{
    private const int KeptMax = 4096;
    private readonly Lock _lock = new();
    private JournalOperation? _free;
    private int _count;

    /// <summary>An empty operation.</summary>
    /// <param name="kind">Who asks.</param>
    public JournalOperation Rent(OperationKind kind)
    {
        JournalOperation? operation;
        lock (_lock)
        {
            operation = _free;
            if (operation is not null)
            {
                _free = operation.Next;
                operation.Next = null;
                _count--;
            }
        }

        operation ??= new JournalOperation(this);
        operation.Kind = kind;
        return operation;
    }

    /// <summary>Takes one back.</summary>
    /// <param name="operation">Nobody holds it any more.</param>
    public void Return(JournalOperation operation)
    {
        lock (_lock)
        {
            if (_count < KeptMax)
            {
                operation.Next = _free;
                _free = operation;
                _count++;
            }
        }
    }
}
