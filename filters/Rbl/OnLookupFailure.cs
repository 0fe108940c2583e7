namespace EdgeSmtp.Filters.Rbl;

/// <summary>What follows when a list cannot be asked, and its answer could have made the difference.</summary>
public enum OnLookupFailure
{
    /// <summary>The list counts as not listing; counted and logged.</summary>
    Continue,

    /// <summary>The recipient is refused for now.</summary>
    Defer,
}
