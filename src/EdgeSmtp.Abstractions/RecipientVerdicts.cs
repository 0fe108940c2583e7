namespace EdgeSmtp.Abstractions;

/// <summary>What one message filter says of each recipient. A more severe verdict wins, never the later one.</summary>
/// <remarks>Not thread-safe: one filter call owns one instance. The driver reuses instances; do not keep one.</remarks>
public sealed class RecipientVerdicts
{
    private Verdict[] _verdicts = [];

    /// <summary>Recipients of the transaction.</summary>
    public int Count { get; private set; }

    /// <summary>The verdict for the recipient with this <see cref="Recipient.Index"/>.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public Verdict this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            return _verdicts[index];
        }
    }

    /// <summary>The verdict for a recipient.</summary>
    /// <param name="recipient">A recipient of the same transaction.</param>
    public Verdict this[Recipient recipient] => this[recipient?.Index ?? throw new ArgumentNullException(nameof(recipient))];

    /// <summary>Speaks about one recipient.</summary>
    /// <param name="recipient">A recipient of the same transaction.</param>
    /// <param name="verdict">The verdict; kept when it is more severe than what is there.</param>
    public void Set(Recipient recipient, Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        Set(recipient.Index, verdict);
    }

    /// <summary>Speaks about the recipient with this <see cref="Recipient.Index"/>.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="verdict">The verdict; kept when it is more severe than what is there.</param>
    public void Set(int index, Verdict verdict)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        _verdicts[index] = Merge(_verdicts[index], verdict);
    }

    /// <summary>Speaks about every recipient.</summary>
    /// <param name="verdict">The verdict.</param>
    public void SetAll(Verdict verdict)
    {
        for (int i = 0; i < Count; i++)
        {
            _verdicts[i] = Merge(_verdicts[i], verdict);
        }
    }

    /// <summary>Makes every verdict <see cref="Verdict.Continue"/> again, for this many recipients. For drivers.</summary>
    /// <param name="count">Recipients of the transaction.</param>
    public void Reset(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_verdicts.Length < count)
        {
            _verdicts = new Verdict[Math.Max(count, 4)];
        }
        else
        {
            Array.Clear(_verdicts, 0, Math.Max(count, Count));
        }

        Count = count;
    }

    /// <summary>A reason to go on is an opinion too, which metrics and log show; only where nothing was said yet.</summary>
    private static Verdict Merge(Verdict before, Verdict verdict) => before.Reason is null ? verdict : Verdict.MostSevere(before, verdict);
}
