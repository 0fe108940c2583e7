using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Core.Capture;

/// <summary>Takes what sessions were asked and answered, so that it can be put to other filters later (<c>edgesmtp replay</c>).</summary>
public interface ICaptureLog
{
    /// <summary>Begins to record a session.</summary>
    /// <param name="session">The session.</param>
    /// <returns><c>null</c> when this one is not to be recorded.</returns>
    CapturedSession? TryBegin(Session session);

    /// <summary>Takes a session that has ended. Never waits.</summary>
    /// <param name="session">What <see cref="TryBegin"/> gave.</param>
    void Write(CapturedSession session);
}
