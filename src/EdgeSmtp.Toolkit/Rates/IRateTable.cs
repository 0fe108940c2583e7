namespace EdgeSmtp.Toolkit.Rates;

/// <summary>
/// Token buckets by key. Asynchronous, so that one that several servers share can stand behind it; the one in memory completes at once and allocates nothing.
/// </summary>
/// <remarks>
/// A key never asked for has a full bucket. Thread-safe. A table that cannot be asked throws: that is a failure of the filter, for the driver's <c>OnError</c>.
/// </remarks>
public interface IRateTable
{
    /// <summary>Takes units when enough are there, and nothing otherwise, as one step.</summary>
    /// <param name="key">Whose bucket; made by <see cref="Tables.KeyDigest"/>, and so the same on every server.</param>
    /// <param name="rule">The bucket's rule. Another one than last time takes what is owed over, measured in time.</param>
    /// <param name="needed">Units that must be there. 0 always succeeds; more than the bucket holds means a full bucket.</param>
    /// <param name="taken">Units to take; may be more than is needed or there, and is then owed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether they were there.</returns>
    ValueTask<RateDecision> TakeAsync(UInt128 key, RateRule rule, long needed, long taken, CancellationToken cancellationToken);

    /// <summary>Gives back what was taken for something that did not happen.</summary>
    /// <param name="key">Whose bucket.</param>
    /// <param name="rule">The bucket's rule.</param>
    /// <param name="units">As many as were taken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ReturnAsync(UInt128 key, RateRule rule, long units, CancellationToken cancellationToken);
}
