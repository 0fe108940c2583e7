namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>How far a reply has come.</summary>
internal enum SpamdReplyStatus : byte
{
    /// <summary>More has to come.</summary>
    Incomplete,

    /// <summary>It is all there.</summary>
    Complete,

    /// <summary>It is no reply, or a longer one than is taken.</summary>
    Invalid,
}
