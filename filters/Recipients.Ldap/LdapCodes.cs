using System.DirectoryServices.Protocols;
using System.Globalization;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>Error codes of the library, which <c>System.DirectoryServices.Protocols</c> gives as numbers, in words for the log.</summary>
internal static class LdapCodes
{
    public const int InappropriateAuthentication = 48;
    public const int InvalidCredentials = 49;
    public const int UnwillingToPerform = 53;
    public const int StrongerAuthRequired = 8;
    public const int ServerDown = 81;
    public const int DecodingError = 84;
    public const int TimedOut = 85;
    public const int FilterError = 87;
    public const int ConnectError = 91;

    public static int Of(DirectoryException error) => error switch
    {
        LdapException { ErrorCode: var code } => code,
        DirectoryOperationException { Response.ResultCode: var code } => (int)code,
        _ => 0,
    };

    public static string Describe(DirectoryException error) => Of(error) switch
    {
        InvalidCredentials => "the bind is refused: wrong name or password",
        ServerDown => "the connection is lost, or what came over it is not LDAP",
        DecodingError => "the answer cannot be read",
        TimedOut => "no answer in time",
        FilterError => "the filter is wrong",
        ConnectError => "TLS fails",
        0 => error.Message,
        var code => string.Create(CultureInfo.InvariantCulture, $"{error.Message} ({code})"),
    };
}
