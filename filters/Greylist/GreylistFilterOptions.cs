using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Filters.Greylist;

/// <summary>Options of <see cref="GreylistFilter"/>.</summary>
public sealed record GreylistFilterOptions : IValidatableObject
{
    /// <summary>Recipient domains whose mail is greylisted: <c>example.com</c>, <c>.example.com</c> for all below it, <c>*</c> for every one. At most 10,000; default none, so that the filter does nothing.</summary>
    [MaxLength(10_000)]
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>How long a new triple is refused. 1 s to 6 hours; default 5 minutes, as postgrey. Must be shorter than <see cref="RetryWindow"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after its first attempt a triple may come again; later it is new. 1 minute to 14 days; default 2 days, as postgrey.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "14.00:00:00")]
    public TimeSpan RetryWindow { get; init; } = TimeSpan.FromDays(2);

    /// <summary>How long a triple that passed, and a client on the auto-allowlist, are remembered since they were last seen. 1 hour to 366 days; default 35 days, so that monthly mail passes at once.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "366.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(35);

    /// <summary>After how many triples that passed a client network is not greylisted any more. 0 (never) to 1,000; default 5, as postgrey.</summary>
    [Range(0, 1000)]
    public int AutoAllowAfter { get; init; } = 5;

    /// <summary>Bits of an IPv4 address that make a client's network. 8 to 32; default 24: big senders try again from a neighbour.</summary>
    [Range(8, 32)]
    public int PrefixV4 { get; init; } = 24;

    /// <summary>The same for IPv6. 16 to 64; default 64.</summary>
    [Range(16, 64)]
    public int PrefixV6 { get; init; } = 64;

    /// <summary>Whether numbers in the local part of the sender are one and the same, so that mailing lists that number their messages (VERP) are delayed once. Default yes.</summary>
    public bool NormalizeSender { get; init; } = true;

    /// <summary>Sender domains, written as in <see cref="Domains"/>, that are not greylisted when SPF passed for them: big senders that try again from anywhere. At most 10,000; default none. Needs an Spf filter earlier in the order.</summary>
    [MaxLength(10_000)]
    public IReadOnlyList<string> SpfPassDomains { get; init; } = [];

    /// <summary>File that keeps what is known across restarts; its folder must exist and nothing else may use the file. Default none: it is kept in memory, and a restart delays everybody again.</summary>
    public string? StorePath { get; init; }

    /// <summary>How often news are written to it. 1 s to 1 hour; default 10 s. A change takes effect at the next start.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Triples that wait; the least recently seen leaves first. 1 to 5,000,000; default 200,000 (about 30 MB). A change takes effect at the next start.</summary>
    [Range(1, 5_000_000)]
    public int PendingMax { get; init; } = 200_000;

    /// <summary>Triples that passed. As <see cref="PendingMax"/>, and apart from them: a flood of new triples pushes none of these out.</summary>
    [Range(1, 5_000_000)]
    public int PassedMax { get; init; } = 200_000;

    /// <summary>Client networks counted for the auto-allowlist. 1 to 5,000,000; default 50,000.</summary>
    [Range(1, 5_000_000)]
    public int ClientsMax { get; init; } = 50_000;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Delay >= RetryWindow)
        {
            yield return new ValidationResult("Nobody could pass: the delay must be shorter than RetryWindow.", [nameof(Delay)]);
        }

        foreach (string domain in Domains.Where(static domain => !DomainList.IsEntry(domain)))
        {
            yield return NoEntry(domain, nameof(Domains));
        }

        foreach (string domain in SpfPassDomains.Where(static domain => !DomainList.IsEntry(domain)))
        {
            yield return NoEntry(domain, nameof(SpfPassDomains));
        }
    }

    private static ValidationResult NoEntry(string domain, string option) => new($"'{domain}' is neither a domain in A-labels, nor one with a leading dot, nor *.", [option]);
}
