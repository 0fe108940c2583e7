using EdgeSmtp.Abstractions;

namespace Acme;

/// <summary>The entry of the plug-in.</summary>
public sealed class AcmePlugIn : IFilterPlugIn
{
    /// <inheritdoc />
    public void Register(FilterRegistry filters) => filters.Add<AcmeFilterOptions>("Acme", static (options, _) => new AcmeFilter(options));
}
