namespace EdgeSmtp.Abstractions.Authentication;

/// <summary>Results of SPF as header fields name them (RFC 7208 §9.1, RFC 8601 §2.7.2).</summary>
public static class SpfStatusNames
{
    /// <summary>The name of a result.</summary>
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
