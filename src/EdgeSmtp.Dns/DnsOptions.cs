using System.ComponentModel.DataAnnotations;
using System.Net;

namespace EdgeSmtp.Dns;

/// <summary>How names are looked up. Section <c>Dns</c> of the configuration.</summary>
public sealed record DnsOptions : IValidatableObject
{
    /// <summary>Recursive resolvers as <c>address</c> or <c>address:port</c> (<c>[address]:port</c> for IPv6); port 53 by default. Empty (default) takes those of the system, else 127.0.0.1.</summary>
    /// <remarks>The last one that answered is asked first; the others follow when it fails.</remarks>
    [MaxLength(16)]
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Longest wait for one answer of one server. 10 ms to 10 s; default 2 s. A question waits at most Timeout × servers × (Retries + 1).</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Further rounds over all servers after the first. 0 to 5; default 1.</summary>
    [Range(0, 5)]
    public int Retries { get; init; } = 1;

    /// <summary>Answers kept; the least recently used leaves first. 0 (no cache) to 1,000,000; default 50,000.</summary>
    [Range(0, 1_000_000)]
    public int CacheEntriesMax { get; init; } = 50_000;

    /// <summary>Estimated memory of the answers kept. 0 to 1 GiB; default 32 MiB. An answer above a sixteenth of it is not kept.</summary>
    [Range(0L, 1L << 30)]
    public long CacheBytesMax { get; init; } = 32L << 20;

    /// <summary>Distinct questions on their way at once; more are answered with a temporary failure and counted. 1 to 60,000; default 4,096. Each holds some hundred bytes, and over TCP a socket and up to 64 KiB; at most 16 UDP sockets for each server take new questions, besides those that wait for their last replies.</summary>
    [Range(1, 60_000)]
    public int InFlightMax { get; init; } = 4_096;

    /// <summary>Longest time an answer with records is kept, whatever its TTL. 0 to 7 days; default 1 day (RFC 8767 §4 advises a cap of days).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan TtlMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Longest time a negative answer is kept. 0 (not at all) to 1 day; default 1 hour (RFC 2308 §5 advises one to three).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan NegativeTtlMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a temporary failure is kept, to spare a resolver that fails. 0 (default, not kept) to 5 s (RFC 2308 §7 allows up to 5 minutes).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan FailureTtl { get; init; }

    /// <summary>Addresses among <see cref="Servers"/> whose AD bit is believed: validating resolvers on this host or on a link that nobody can tamper with (RFC 4035 §4.9.3). Default none.</summary>
    [MaxLength(16)]
    public IReadOnlyList<string> TrustedResolvers { get; init; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string server in Servers)
        {
            if (!TryParseServer(server, out _))
            {
                yield return new ValidationResult($"'{server}' is not an address with an optional port.", [nameof(Servers)]);
            }
        }

        foreach (string trusted in TrustedResolvers)
        {
            if (!IPAddress.TryParse(trusted, out _))
            {
                yield return new ValidationResult($"'{trusted}' is not an IP address.", [nameof(TrustedResolvers)]);
            }
        }
    }

    /// <summary>Reads one entry of <see cref="Servers"/>.</summary>
    /// <param name="text">The entry.</param>
    /// <param name="endPoint">Address and port.</param>
    public static bool TryParseServer(string? text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.Loopback, DnsPort);
        if (string.IsNullOrEmpty(text) || !IPEndPoint.TryParse(text, out IPEndPoint? parsed))
        {
            return false;
        }

        endPoint = parsed.Port == 0 ? new IPEndPoint(parsed.Address, DnsPort) : parsed;
        return true;
    }

    private const int DnsPort = 53;
}
