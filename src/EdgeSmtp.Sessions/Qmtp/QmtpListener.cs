using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Qmtp;

/// <summary>What the sessions of one QMTP or QMQP listener share.</summary>
internal sealed class QmtpListener(ListenerOptions listener, SessionServices services, ListenerMetrics metrics)
{
    public ListenerOptions Listener { get; } = listener;

    public SessionServices Services { get; } = services;

    public ListenerMetrics Metrics { get; } = metrics;

    public QmtpOptions Options { get; } = listener.Qmtp;

    public ContentLimits Limits { get; } = new(listener.Qmtp.MessageSizeMax, listener.Qmtp.HeaderSizeMax, listener.Qmtp.HopsMax, TextLineMax: 0);

    /// <summary>A stray CR or LF is refused whatever else is configured (§9.1 of the design).</summary>
    public NewlinePolicy NewlinePolicy { get; } = new(NewlineRule.Reject, NewlineRule.Reject, listener.Qmtp.Nul);

    public QmtpPackageKind Kind { get; } = listener.Protocol == SessionProtocol.Qmqp ? QmtpPackageKind.Qmqp : QmtpPackageKind.Qmtp;

    public bool IsQmqp => Kind == QmtpPackageKind.Qmqp;

    /// <summary>The operator's texts.</summary>
    public RefusalTexts Texts { get; } = new(listener.Replies);

    public ILogger Logger { get; } = services.Loggers.CreateLogger<QmtpConnectionHandler>();
}
