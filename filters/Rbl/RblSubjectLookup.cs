namespace EdgeSmtp.Filters.Rbl;

/// <summary>The look-up of one subject in its lists.</summary>
/// <param name="subject">What is looked up.</param>
/// <param name="findings">What the lists say, in configured order.</param>
internal sealed class RblSubjectLookup(RblSubject subject, Task<RblFinding[]> findings)
{
    public RblSubject Subject { get; } = subject;

    public Task<RblFinding[]> Findings { get; } = findings;

    /// <summary>Whether its points were added: once, however many recipients there are.</summary>
    public bool Scored { get; set; }
}
