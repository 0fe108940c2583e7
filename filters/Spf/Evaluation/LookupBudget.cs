namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>What an evaluation has spent (RFC 7208 §4.6.4). Our own policies have one of their own, so that they do not use up that of the domain.</summary>
/// <param name="voidMax">Terms whose questions may go without answer.</param>
internal sealed class LookupBudget(int voidMax)
{
    /// <summary>Terms that may ask, in all.</summary>
    public const int LookupsMax = 10;

    public int Lookups { get; private set; }

    public int VoidLookups { get; private set; }

    /// <summary>Counts a term that asks.</summary>
    /// <returns><c>false</c> when there are too many.</returns>
    public bool TakeLookup() => ++Lookups <= LookupsMax;

    /// <summary>Counts a term whose questions had no answer.</summary>
    /// <returns><c>false</c> when there are too many.</returns>
    public bool TakeVoid() => ++VoidLookups <= voidMax;
}
