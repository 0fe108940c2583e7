using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Explain;

namespace EdgeSmtp.Core.Events;

/// <summary>
/// The log of what happened to mail: session end, refused recipient, commit, delivery attempt. One writer thread, bounded; what does not fit is dropped and counted,
/// so that a slow disk never holds up a session. Operational messages go to ILogger instead.
/// </summary>
public interface IEventLog
{
    /// <summary>Takes what happens inside of sessions, for <c>edgesmtp explain</c>; <c>null</c>, the default, when nobody wants to know.</summary>
    IExplainLog? Explain => null;

    /// <summary>Takes whole sessions, for <c>edgesmtp replay</c>; <c>null</c>, the default, when none are recorded.</summary>
    ICaptureLog? Capture => null;

    /// <summary>Begins an entry. Fill it, then hand it to <see cref="Write"/>.</summary>
    /// <param name="name">Kind of event, such as <c>session-end</c>; see <see cref="EventNames"/>.</param>
    EventEntry Begin(string name);

    /// <summary>Takes the entry; it must not be touched afterwards.</summary>
    /// <param name="entry">An entry of <see cref="Begin"/>.</param>
    void Write(EventEntry entry);
}
