using EdgeSmtp.Abstractions.Authentication;

namespace EdgeSmtp.Filters.Spf;

/// <summary>The check of a HELO name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Check">Its check.</param>
internal sealed record SpfHello(string? Name, Task<SpfResult> Check);
