using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.GreetDelay;
using EdgeSmtp.Filters.HeloCheck;
using EdgeSmtp.Filters.Rbl;
using EdgeSmtp.Filters.ScoreThreshold;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The types of filters that the program brings.</summary>
internal static class BuiltInFilters
{
    /// <summary>A registry with all of them.</summary>
    public static FilterRegistry Create() => new FilterRegistry().AddGreetDelay().AddHeloCheck().AddRbl().AddScoreThreshold();
}
