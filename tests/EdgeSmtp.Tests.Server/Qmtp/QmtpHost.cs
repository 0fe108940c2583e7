using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Tests.Server.Harness;

namespace EdgeSmtp.Tests.Server.Qmtp;

/// <summary>A server that speaks QMTP.</summary>
internal static class QmtpHost
{
    public static SessionHost Start(Action<ListenerOptions>? configure = null, Action<SessionHost>? prepare = null) => new(
        listener =>
        {
            listener.Protocol = SessionProtocol.Qmtp;
            configure?.Invoke(listener);
        },
        prepare);
}
