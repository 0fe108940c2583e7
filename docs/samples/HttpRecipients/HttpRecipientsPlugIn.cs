using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Samples.HttpRecipients;

/// <summary>The entry of the plug-in.</summary>
public sealed class HttpRecipientsPlugIn : IFilterPlugIn
{
    /// <inheritdoc />
    public void Register(FilterRegistry filters) =>
        filters.Add<HttpRecipientsFilterOptions>("HttpRecipients", static (options, context) => new HttpRecipientsFilter(options, context), new FilterTraits { DecidesRecipients = true });
}
