namespace EdgeSmtp.Filters.ClamAv;

/// <summary>What a scan came to.</summary>
internal enum ScanStatus : byte
{
    /// <summary>The scanner looked into all of it and found nothing.</summary>
    Clean,

    /// <summary>It found something.</summary>
    Infected,

    /// <summary>It did not look into all of it, and never will: a limit, or encryption.</summary>
    Unscanned,

    /// <summary>It could not say now.</summary>
    Failed,
}
