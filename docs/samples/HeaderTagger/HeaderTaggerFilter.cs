using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Samples.HeaderTagger;

/// <summary>Says in a header field of each message on which listener it came in, and whether it was encrypted.</summary>
public sealed class HeaderTaggerFilter(HeaderTaggerFilterOptions options, FilterContext context) : IMailFilter
{
    /// <inheritdoc />
    public ValueTask<Verdict> OnMailAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        // Inserted before the content, so that it stands among the trace fields, and message filters read it.
        Session session = transaction.Session;
        context.Changes(transaction).InsertHeader(options.Field, $"listener={session.Listener}; tls={session.Tls?.Protocol ?? "none"}");
        return Verdict.Continue;
    }
}
