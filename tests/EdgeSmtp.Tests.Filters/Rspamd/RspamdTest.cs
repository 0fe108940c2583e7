using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Rspamd;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Rspamd;

/// <summary>The filter in front of an rspamd that says what the test wants.</summary>
public abstract class RspamdTest : MessageFilterTest
{
    private static readonly FilterRegistration Registration = Registrations.Single(static filters => filters.AddRspamd());

    internal FakeRspamd Server { get; } = new();

    protected static string Answer(string action, double score = 1, string more = "") =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{\"score\":{score},\"required_score\":15,\"action\":\"{action}\"{more}}}");

    protected override void CloseServer() => Server.Dispose();

    protected RspamdFilterOptions Options(Func<RspamdFilterOptions, RspamdFilterOptions>? change = null)
    {
        RspamdFilterOptions options = new() { Servers = [Server.Address] };
        return change?.Invoke(options) ?? options;
    }

    protected FilterRun Begin(RspamdFilterOptions options, DriverOptions? driver = null) =>
        Begin(() => Harness.Add(new FilterInstance("rspamd", Registration, options, driver ?? new DriverOptions())));
}
