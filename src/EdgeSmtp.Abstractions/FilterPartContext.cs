using EdgeSmtp.Abstractions.Dns;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Abstractions;

/// <summary>What a part of a filter gets at construction.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Filter">The context of its filter.</param>
public sealed record FilterPartContext(string Name, FilterContext Filter)
{
    /// <summary>The shared resolver.</summary>
    public IDnsResolver Dns => Filter.Dns;

    /// <summary>The clock; a fake one in tests.</summary>
    public TimeProvider Time => Filter.Time;

    /// <summary>For operations.</summary>
    public ILogger Logger => Filter.Logger;
}
