using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>Results as header fields name them (RFC 7208 §9.1).</summary>
public static class StatusNames
{
    /// <summary>The name.</summary>
    /// <param name="status">The result.</param>
    public static string Of(SpfStatus status) => status switch
    {
        SpfStatus.None => "none",
        SpfStatus.Neutral => "neutral",
        SpfStatus.Pass => "pass",
        SpfStatus.Fail => "fail",
        SpfStatus.SoftFail => "softfail",
        SpfStatus.TempError => "temperror",
        _ => "permerror",
    };
}
