using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Queue.Hot;

/// <summary>The memory that the contents of one or more messages lie in. Counted by the store's lock; the last user gives it back.</summary>
/// <param name="staged">The staged message, whose budget it holds; <c>null</c> for content of our own making.</param>
/// <param name="budget">Where <paramref name="bytes"/> of our own making were taken from.</param>
/// <param name="bytes">What it costs.</param>
internal sealed class SharedContent(StagedMessage? staged, ByteBudget budget, long bytes)
{
    private int _uses = 1;

    /// <summary>What it costs in memory.</summary>
    public long Bytes => bytes;

    /// <summary>Messages of the hot set that lie here.</summary>
    public int HotUses { get; set; }

    /// <summary>One more user.</summary>
    public void Use() => _uses++;

    /// <summary>One user less.</summary>
    /// <returns>Whether that was the last one.</returns>
    public bool Release()
    {
        if (--_uses > 0)
        {
            return false;
        }

        if (staged is not null)
        {
            staged.Dispose();
        }
        else
        {
            budget.Release(bytes);
        }

        return true;
    }
}
