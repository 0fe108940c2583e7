using System.Globalization;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.RateLimit;

/// <summary>Finds the reason of a refusal, and tells the client when to come again.</summary>
internal static class RateReasons
{
    private const int SecondsShown = 120;

    /// <summary>The refusal beyond a limit.</summary>
    public static Verdict Refuse(Limit limit, TimeSpan retryAfter)
    {
        FilterReason reason = Of(limit.Options.Unit, limit.Options.Action == RateAction.Disconnect);
        string wait = Wait(retryAfter);

        // "… try again later" without its last word, and what later is.
        return Verdict.From(reason with { Text = string.Concat(reason.Text.AsSpan(0, reason.Text.LastIndexOf(' ') + 1), wait) }, $"{limit.Name}: again {wait}");
    }

    private static string Wait(TimeSpan wait)
    {
        long seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        return seconds <= SecondsShown
            ? string.Create(CultureInfo.InvariantCulture, $"in {seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"in {Math.Ceiling(wait.TotalMinutes):0} min");
    }

    private static FilterReason Of(RateUnit unit, bool disconnects) => (unit, disconnects) switch
    {
        (RateUnit.Messages, false) => RateLimitFilter.Messages,
        (RateUnit.Messages, true) => RateLimitFilter.MessagesClosed,
        (RateUnit.Recipients, false) => RateLimitFilter.Recipients,
        (RateUnit.Recipients, true) => RateLimitFilter.RecipientsClosed,
        (RateUnit.Connections, false) => RateLimitFilter.Connections,
        (RateUnit.Connections, true) => RateLimitFilter.ConnectionsClosed,
        (RateUnit.Bytes, false) => RateLimitFilter.Bytes,
        (RateUnit.Bytes, true) => RateLimitFilter.BytesClosed,
        (RateUnit.Failures, false) => RateLimitFilter.Failures,
        _ => RateLimitFilter.FailuresClosed,
    };
}
