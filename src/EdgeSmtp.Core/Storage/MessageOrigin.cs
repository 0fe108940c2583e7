using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Core.Storage;

/// <summary>Where a message came from: what filters that are asked after its session need of that session, and what an operator wants to know of a message in quarantine.</summary>
public sealed record MessageOrigin
{
    /// <summary>Id of the transaction, which the client was told.</summary>
    public required string Transaction { get; init; }

    /// <summary>Name of the listener.</summary>
    public required string Listener { get; init; }

    /// <summary>How it came in.</summary>
    public required SessionProtocol Protocol { get; init; }

    /// <summary>The client.</summary>
    public required IPEndPoint Client { get; init; }

    /// <summary>Our end of the connection.</summary>
    public required IPEndPoint Local { get; init; }

    /// <summary>When the session began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Name of the client by reverse DNS, or <c>null</c>.</summary>
    public string? ClientName { get; init; }

    /// <summary>How it introduced itself.</summary>
    public HelloKind HelloKind { get; init; }

    /// <summary>Argument of HELO or EHLO, or <c>null</c>.</summary>
    public string? Hello { get; init; }

    /// <summary>The TLS of the session, or <c>null</c>.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>Who logged in, or <c>null</c>.</summary>
    public string? AuthenticatedUser { get; init; }

    /// <summary>BODY parameter.</summary>
    public BodyType Body { get; init; }

    /// <summary>SIZE parameter, or <c>null</c>.</summary>
    public long? DeclaredSizeBytes { get; init; }

    /// <summary>Bytes of our own trace fields at the front of the content; 0 when filters changed the header so that nobody can tell.</summary>
    public int TraceLength { get; init; }
}
