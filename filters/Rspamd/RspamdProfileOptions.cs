namespace EdgeSmtp.Filters.Rspamd;

/// <summary>What is different for some recipients. What is not set is as the filter has it.</summary>
public sealed record RspamdProfileOptions
{
    /// <summary>Whether their mail is scanned. Default yes.</summary>
    public bool Scan { get; init; } = true;

    /// <summary>The settings of rspamd that count for them; as <see cref="RspamdFilterOptions.SettingsId"/>.</summary>
    public string? SettingsId { get; init; }
}
