using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Sessions.Mail;

/// <summary>Runs filters over content that has arrived as a whole.</summary>
internal static class StagedFilters
{
    /// <summary>Runs message filters. While they wait, commits of others do not wait for this message.</summary>
    /// <param name="filters">The filters.</param>
    /// <param name="transaction">The transaction, sealed.</param>
    /// <param name="body">The body sinks, which have seen the content.</param>
    /// <param name="verdicts">Takes the verdict for each recipient.</param>
    public static ValueTask JudgeAsync(FilterRun filters, MailTransaction transaction, BodyRun? body, RecipientVerdicts verdicts)
    {
        StagedMessage? staged = transaction.Staged;
        ValueTask judging = filters.MessageAsync(transaction, body, verdicts);
        if (!judging.IsCompleted)
        {
            staged?.Tarry();
        }

        return judging;
    }

    /// <summary>Runs body sinks and message filters.</summary>
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

            await JudgeAsync(filters, transaction, body, verdicts);
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
