using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Runs body sinks and message filters over content that has arrived as a whole.</summary>
internal static class StagedFilters
{
    /// <summary>Runs them.</summary>
    /// <param name="filters">The filters.</param>
    /// <param name="transaction">The transaction, sealed.</param>
    /// <param name="verdicts">Takes the verdict for each recipient.</param>
    public static async ValueTask RunAsync(FilterRun filters, MailTransaction transaction, RecipientVerdicts verdicts)
    {
        BodyRun? body = filters.OpenBody(transaction);
        try
        {
            foreach (ReadOnlyMemory<byte> piece in transaction.Staged!.Bytes)
            {
                if (body is not { WantsMore: true })
                {
                    break;
                }

                await body.WriteAsync(new ReadOnlySequence<byte>(piece));
            }

            await filters.MessageAsync(transaction, body, verdicts);
        }
        finally
        {
            if (body is not null)
            {
                await body.DisposeAsync();
            }
        }
    }
}
