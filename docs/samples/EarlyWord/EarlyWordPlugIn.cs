using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Samples.EarlyWord;

/// <summary>The entry of the plug-in.</summary>
public sealed class EarlyWordPlugIn : IFilterPlugIn
{
    /// <inheritdoc />
    public void Register(FilterRegistry filters) =>
        filters.Add<EarlyWordFilterOptions>("EarlyWord", static (options, _) => new EarlyWordFilter(options));
}
