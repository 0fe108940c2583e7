using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Toolkit.Rates;

/// <summary>What a <see cref="TokenBucketTable"/> tells operations.</summary>
internal static class RateLog
{
    private static readonly Action<ILogger, string, int, Exception?> CrowdedMessage = LoggerMessage.Define<string, int>(
        LogLevel.Warning,
        new EventId(708, nameof(Crowded)),
        "{Name} holds {Capacity} keys that all owe something: newcomers take over what the least indebted owes, and may be limited early");

    public static void Crowded(ILogger logger, string name, int capacity) => CrowdedMessage(logger, name, capacity, null);
}
