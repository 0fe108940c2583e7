using System.Globalization;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Results of operations (RFC 4511 §4.1.9), as far as they mean something to us or to whoever reads the log.</summary>
internal static class LdapResultCode
{
    public const int Success = 0;
    public const int SizeLimitExceeded = 4;
    public const int NoSuchObject = 32;
    public const int Busy = 51;
    public const int Unavailable = 52;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "operationsError: does it want a bind?",
        [2] = "protocolError",
        [3] = "timeLimitExceeded",
        [SizeLimitExceeded] = "sizeLimitExceeded",
        [8] = "strongerAuthRequired: does it want TLS?",
        [10] = "referral to another server, which is not asked",
        [11] = "adminLimitExceeded",
        [13] = "confidentialityRequired: it wants TLS",
        [NoSuchObject] = "noSuchObject: the base is not there, or not to be seen",
        [34] = "invalidDNSyntax",
        [48] = "inappropriateAuthentication: it wants a bind",
        [49] = "invalidCredentials: wrong name or password",
        [50] = "insufficientAccessRights",
        [Busy] = "busy",
        [Unavailable] = "unavailable",
        [53] = "unwillingToPerform",
    };

    /// <summary>In words for the log.</summary>
    public static string Describe(LdapReply reply)
    {
        string name = Names.TryGetValue(reply.Code, out string? known) ? known : string.Create(CultureInfo.InvariantCulture, $"result {reply.Code}");
        return reply.Diagnostic.Length == 0 ? name : $"{name} ({reply.Diagnostic})";
    }
}
