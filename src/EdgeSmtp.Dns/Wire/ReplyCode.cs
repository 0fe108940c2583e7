namespace EdgeSmtp.Dns.Wire;

/// <summary>Reply codes that mean something here (RFC 1035 §4.1.1); all others are refusals.</summary>
internal static class ReplyCode
{
    /// <summary>There is an answer, or certainly no record of the type.</summary>
    public const int NoError = 0;

    /// <summary>The server could not read the question.</summary>
    public const int FormatError = 1;

    /// <summary>The server failed.</summary>
    public const int ServerFailure = 2;

    /// <summary>There is certainly no such name.</summary>
    public const int NxDomain = 3;
}
