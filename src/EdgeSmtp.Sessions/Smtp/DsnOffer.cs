namespace EdgeSmtp.Sessions.Smtp;

/// <summary>To whom DSN is offered (RFC 3461).</summary>
public enum DsnOffer : byte
{
    /// <summary>To clients that may relay. Default: strangers could make us send reports for every message.</summary>
    RelayClients,

    /// <summary>To nobody.</summary>
    Never,

    /// <summary>To everybody.</summary>
    Always,
}
