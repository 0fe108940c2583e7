using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Sessions.Pending;

/// <summary>Stands for the session in which a stored message came, for filters that are asked after its end. What it asks of the client is not carried out: the client has gone.</summary>
/// <param name="envelope">The envelope.</param>
/// <param name="origin">Its origin.</param>
/// <param name="domains">Our domains now.</param>
/// <param name="aborted">Fires when nobody waits for the filters any more.</param>
internal sealed class StoredSession(Envelope envelope, MessageOrigin origin, DomainTable domains, CancellationToken aborted) : Session
{
    /// <inheritdoc />
    public override string Id => envelope.SessionId;

    /// <inheritdoc />
    public override string Listener => origin.Listener;

    /// <inheritdoc />
    public override SessionProtocol Protocol => origin.Protocol;

    /// <inheritdoc />
    public override IPEndPoint Client => origin.Client;

    /// <inheritdoc />
    public override IPEndPoint Local => origin.Local;

    /// <inheritdoc />
    public override string? ClientName => origin.ClientName;

    /// <inheritdoc />
    public override DateTimeOffset Started => origin.Started;

    /// <inheritdoc />
    public override HelloKind HelloKind => origin.HelloKind;

    /// <inheritdoc />
    public override string? Hello => origin.Hello;

    /// <inheritdoc />
    public override TlsInfo? Tls => origin.Tls;

    /// <inheritdoc />
    public override string? AuthenticatedUser => origin.AuthenticatedUser;

    /// <inheritdoc />
    public override bool MayRelay => (envelope.Flags & EnvelopeFlags.FromRelayClient) != 0;

    /// <inheritdoc />
    public override CancellationToken Aborted => aborted;

    /// <inheritdoc />
    public override int InvalidRecipients => 0;

    /// <inheritdoc />
    public override bool IsOwnDomain(string domain) => domains.Find(domain) is not null;

    /// <inheritdoc />
    public override void HoldGreeting(TimeSpan delay)
    {
    }

    /// <inheritdoc />
    public override void HoldReply(TimeSpan delay)
    {
    }
}
