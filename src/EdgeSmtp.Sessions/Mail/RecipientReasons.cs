namespace EdgeSmtp.Sessions.Mail;

/// <summary>Tokens of the refusals of recipients, for the log.</summary>
internal static class RecipientReasons
{
    private static readonly string[] Tokens = [.. Enum.GetValues<RecipientOutcome>().Select(MetricLabels.Of)];

    public static string Of(RecipientOutcome outcome) => Tokens[(int)outcome];
}
