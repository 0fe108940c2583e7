namespace EdgeSmtp.Abstractions;

/// <summary>Sees the content while it arrives.</summary>
public interface IBodyFilter : IFilter
{
    /// <summary>Called once for each message, before its first byte.</summary>
    /// <param name="transaction">The transaction, with its recipients.</param>
    /// <returns>A sink for this message, or <c>null</c> when the filter is not interested in it.</returns>
    IBodySink? OpenBody(Transaction transaction);
}
