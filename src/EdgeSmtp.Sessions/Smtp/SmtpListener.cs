using EdgeSmtp.Core.Tls;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Sessions.Mail;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Sessions.Smtp;

/// <summary>What the sessions of one SMTP listener share.</summary>
internal sealed class SmtpListener
{
    public SmtpListener(ListenerOptions options, SessionServices services, ListenerMetrics metrics)
    {
        Listener = options;
        Services = services;
        Metrics = metrics;
        Options = options.Smtp;
        NewlinePolicy = new NewlinePolicy(Options.BareLf, Options.BareCr, Options.Nul);
        Limits = new ContentLimits(Options.MessageSizeMax, Options.HeaderSizeMax, Options.HopsMax, Options.TextLineMax);
        Tls = new TlsUpgrader(services.Certificates, services.Time, services.Metrics);
        Hellos = new HelloReplies(Options);
        Texts = new RefusalTexts(options.Replies);
        Logger = services.Loggers.CreateLogger<SmtpConnectionHandler>();
    }

    public ListenerOptions Listener { get; }

    public SmtpOptions Options { get; }

    public SessionServices Services { get; }

    public ListenerMetrics Metrics { get; }

    public NewlinePolicy NewlinePolicy { get; }

    public ContentLimits Limits { get; }

    public TlsUpgrader Tls { get; }

    public HelloReplies Hellos { get; }

    /// <summary>The operator's texts.</summary>
    public RefusalTexts Texts { get; }

    public ILogger Logger { get; }
}
