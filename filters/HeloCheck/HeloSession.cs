using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>What is known of the name of one session's client.</summary>
internal sealed class HeloSession
{
    /// <summary>The name that was judged; <c>null</c> when none was.</summary>
    public string? Name { get; set; }

    /// <summary>What the DNS says of it; <c>null</c> when it is not asked.</summary>
    public Task<DnsStatus>? Lookup { get; set; }

    /// <summary>The look-up that was begun last, of whatever name.</summary>
    public Task? Last { get; set; }

    /// <summary>What was to be said at HELO and is said at RCPT, since only a recipient's profile says it.</summary>
    public Verdict Owed { get; set; }
}
