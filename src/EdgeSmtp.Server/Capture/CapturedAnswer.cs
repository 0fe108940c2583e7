using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Server.Capture;

/// <summary>What the DNS said to a question of a filter.</summary>
/// <param name="At">When.</param>
/// <param name="Name">The name asked for.</param>
/// <param name="Type">The type asked for.</param>
/// <param name="Answer">The answer.</param>
internal sealed record CapturedAnswer(DateTimeOffset At, string Name, DnsRecordType Type, DnsAnswer Answer);
