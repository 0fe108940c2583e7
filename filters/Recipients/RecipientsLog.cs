using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>What the filter tells operations.</summary>
internal static class RecipientsLog
{
    private static readonly Action<ILogger, string, Exception?> WildMessage = LoggerMessage.Define<string>(
        LogLevel.Warning, new EventId(1, nameof(Wild)), "Line '{Line}' accepts every address: mail for mailboxes that do not exist is taken and bounced");

    private static readonly Action<ILogger, string, string, Exception?> UnverifiedMessage = LoggerMessage.Define<string, string>(
        LogLevel.Error, new EventId(2, nameof(Unverified)), "Recipients of {Selector} are taken unchecked, as configured, because a backend cannot tell: {Detail}");

    public static void Wild(ILogger logger, string line) => WildMessage(logger, line, null);

    public static void Unverified(ILogger logger, string selector, string detail) => UnverifiedMessage(logger, selector, detail, null);
}
