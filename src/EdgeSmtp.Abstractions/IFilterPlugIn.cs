namespace EdgeSmtp.Abstractions;

/// <summary>
/// The entry of a plug-in: its main assembly has exactly one public class that implements this, with a public constructor without parameters. What it registers is named
/// by <c>Type</c> in configuration exactly as built-in filters are.
/// </summary>
/// <remarks>
/// Called once for each version that is loaded, before any session sees it. It registers and does nothing else: what a filter needs it makes when the filter is made, so that
/// checking a configuration starts nothing. An exception refuses the plug-in and leaves the server as it was.
/// </remarks>
public interface IFilterPlugIn
{
    /// <summary>Registers the types of filters, and the kinds of parts, that the plug-in brings.</summary>
    /// <param name="filters">Takes them; empty at first. Names that a built-in filter or another plug-in has are refused afterwards.</param>
    void Register(FilterRegistry filters);
}
