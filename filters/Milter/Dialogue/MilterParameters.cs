using System.Globalization;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Filters.Milter.Dialogue;

/// <summary>The parameters of MAIL and RCPT, as the client gave them or would have written them.</summary>
internal static class MilterParameters
{
    public static string[] Of(Transaction transaction)
    {
        List<string> parameters = [];
        if (transaction.DeclaredSizeBytes is { } size)
        {
            parameters.Add($"SIZE={size.ToString(CultureInfo.InvariantCulture)}");
        }

        if (transaction.Body is BodyType.EightBitMime or BodyType.BinaryMime)
        {
            parameters.Add(transaction.Body == BodyType.EightBitMime ? "BODY=8BITMIME" : "BODY=BINARYMIME");
        }

        if (transaction.SmtpUtf8)
        {
            parameters.Add("SMTPUTF8");
        }

        if (transaction.EnvelopeId is { } id)
        {
            parameters.Add($"ENVID={id}");
        }

        return [.. parameters];
    }

    public static string[] Of(Recipient recipient) => recipient.OriginalRecipient is { } original ? [$"ORCPT={original}"] : [];
}
