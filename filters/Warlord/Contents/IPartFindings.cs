namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Takes what is found in content.</summary>
internal interface IPartFindings : IArchiveHandler
{
    /// <summary>Something was found.</summary>
    /// <param name="finding">What.</param>
    /// <param name="detail">For the log.</param>
    void Found(WarlordFinding finding, string detail);
}
