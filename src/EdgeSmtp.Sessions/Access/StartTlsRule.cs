namespace EdgeSmtp.Sessions.Access;

/// <summary>What a rule says of STARTTLS: qmail's UCSPITLS.</summary>
public enum StartTlsRule : byte
{
    /// <summary>It is offered, where the listener has a certificate.</summary>
    Offer,

    /// <summary>MAIL needs it first.</summary>
    Require,

    /// <summary>It is not offered.</summary>
    Hide,
}
