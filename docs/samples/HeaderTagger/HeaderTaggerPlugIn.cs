using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Samples.HeaderTagger;

/// <summary>The entry of the plug-in.</summary>
public sealed class HeaderTaggerPlugIn : IFilterPlugIn
{
    /// <inheritdoc />
    public void Register(FilterRegistry filters) =>
        filters.Add<HeaderTaggerFilterOptions>("HeaderTagger", static (options, context) => new HeaderTaggerFilter(options, context), new FilterTraits { Effect = FilterEffect.Annotates });
}
