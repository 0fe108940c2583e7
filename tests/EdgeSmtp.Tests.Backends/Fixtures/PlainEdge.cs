using Xunit;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>One edge with the starting configuration, a second domain at a sink, and STARTTLS.</summary>
public sealed class PlainEdge : IAsyncLifetime
{
    private EdgeServer? _edge;
    private SmtpSink? _sink;

    internal EdgeServer Edge => _edge!;

    internal SmtpSink Sink => _sink!;

    internal Maildir User => Edge.MaildirOf("user");

    public async ValueTask InitializeAsync()
    {
        _sink = await SmtpSink.StartAsync();
        _edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Tls();
            settings.Route("next", "smtp", Sink.Port);
            settings.Domain("next.test", "next");
            // These tests commit many errors in a session, on purpose.
            settings.Section("Listeners", "mx", "Smtp")["ErrorsMax"] = 1_000;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_edge is not null)
            await _edge.DisposeAsync();
        if (_sink is not null)
            await _sink.DisposeAsync();
    }
}
