using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Events;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Delivery.Routing;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Server.Hosting;

/// <summary>Builds everything that a reload would build, and throws it away: finds what only the filters themselves can find, such as a list file that is missing.</summary>
internal static class ConfigurationTrial
{
    /// <summary>Tries a configuration.</summary>
    /// <param name="loaded">The configuration; takes what is wrong.</param>
    /// <returns>The same configuration.</returns>
    public static async Task<LoadedConfiguration> RunAsync(LoadedConfiguration loaded)
    {
        if (!loaded.IsValid)
        {
            return loaded;
        }

        PipelineBuilder builder = new(new NoDns(), TimeProvider.System, new MetricRecorder(), new EventRecorder(TimeProvider.System), NullLoggerFactory.Instance);
        if (new SnapshotFactory(builder, new HopOffers(TimeProvider.System)).Create(loaded) is { } snapshot)
        {
            await snapshot.DisposeAsync();
        }

        return loaded;
    }

    private sealed class NoDns : IDnsResolver
    {
        public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken) => new(DnsAnswer.TemporaryFailure);
    }
}
