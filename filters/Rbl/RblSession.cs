namespace EdgeSmtp.Filters.Rbl;

/// <summary>The look-ups of one session.</summary>
internal sealed class RblSession
{
    public RblSubjectLookup? Client { get; set; }

    public RblSubjectLookup? Hello { get; set; }

    public RblSubjectLookup? ClientName { get; set; }
}
