using EdgeSmtp.Server.Events;
using EdgeSmtp.Server.Explain;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Server.Logging;

/// <summary>What is logged, and where.</summary>
internal sealed record LogOptions
{
    /// <summary>Least level of operational messages, which go to standard error. Default Information.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Form of operational messages. Default Auto: for the journal when it reads, else for people.</summary>
    public LogFormat Format { get; init; }

    /// <summary>The event log: what happened to mail.</summary>
    public EventLogOptions Events { get; init; } = new();

    /// <summary>What <c>edgesmtp explain</c> reads: what each filter saw and said.</summary>
    public ExplainOptions Explain { get; init; } = new();
}
