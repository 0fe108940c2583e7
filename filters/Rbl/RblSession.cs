using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Rbl;

/// <summary>The look-ups of one session.</summary>
internal sealed class RblSession
{
    public RblSubjectLookup? Client { get; set; }

    public RblSubjectLookup? Hello { get; set; }

    /// <summary>What the client called itself when <see cref="Hello"/> was asked; <c>null</c> before it was.</summary>
    public string? HelloName { get; set; }

    /// <summary>The look-up of the sender that was begun last, of whatever transaction.</summary>
    public Task? LastSender { get; set; }

    public RblSubjectLookup? ClientName { get; set; }

    /// <summary>What is decided without a list and was not said at connect, since only a recipient's profile says it.</summary>
    public Verdict Owed { get; set; }
}
