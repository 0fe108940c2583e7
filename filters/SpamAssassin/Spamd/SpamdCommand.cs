namespace EdgeSmtp.Filters.SpamAssassin.Spamd;

/// <summary>What spamd is asked for (SPAMC 1.5). Each tells more than the one before, and sends more back.</summary>
public enum SpamdCommand
{
    /// <summary>Score and threshold.</summary>
    Check,

    /// <summary>With the names of the rules that matched.</summary>
    Symbols,

    /// <summary>With the report that SpamAssassin writes for people.</summary>
    Report,

    /// <summary>With the header as SpamAssassin would write it, of which the <c>X-Spam-</c> fields are taken.</summary>
    Headers,

    /// <summary>As <see cref="Headers"/>, from a spamd so old that it knows no HEADERS: the whole message comes back, and all but those fields is thrown away.</summary>
    Process,
}
