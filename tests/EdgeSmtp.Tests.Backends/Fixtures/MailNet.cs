using System.Text.Json.Nodes;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>One edge before three real destinations: a Maildir of its own, a Postfix as SMTP next hop, and Dovecot's LMTP.</summary>
public sealed class MailNet : IAsyncLifetime
{
    private const string LocalDomain = "example.test";

    private EdgeServer? _edge;
    private PostfixSink? _postfix;
    private DovecotLmtp? _dovecot;

    internal EdgeServer Edge => _edge!;

    internal PostfixSink Postfix => _postfix!;

    internal DovecotLmtp Dovecot => _dovecot!;

    /// <summary>A recipient at the named destination, and where its mail ends up.</summary>
    internal (string Address, Maildir Maildir) Destination(string name) => name switch
    {
        "maildir" => ($"user@{LocalDomain}", Edge.MaildirOf("user")),
        "postfix" => ($"user@{PostfixSink.Domain}", Postfix.Maildir),
        "dovecot" => ($"alice@{DovecotLmtp.Domain}", Dovecot.MaildirOf("alice")),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such destination."),
    };

    internal string Logs => $"\n-- edge\n{Edge.Process.OutputTail}\n-- postfix\n{Postfix.Log}\n-- dovecot\n{Dovecot.Log}";

    public async ValueTask InitializeAsync()
    {
        _postfix = await PostfixSink.StartAsync();
        _dovecot = await DovecotLmtp.StartAsync();
        _edge = await EdgeServer.StartAsync(settings =>
        {
            settings.Tls();
            settings.Route("next", "smtp", Postfix.Port);
            settings.Route("lm", "lmtp", Dovecot.Port);
            settings.Domain(PostfixSink.Domain, "next");
            settings.Domain(DovecotLmtp.Domain, "lm");
            settings.Section("Domains", LocalDomain)["Recipients"] = new JsonArray("user", "alice", "grüße");
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_edge is not null)
            await _edge.DisposeAsync();
        if (_dovecot is not null)
            await _dovecot.DisposeAsync();
        if (_postfix is not null)
            await _postfix.DisposeAsync();
    }
}
