using EdgeSmtp.Core.Metrics;
using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Core.Tls;

/// <summary>
/// The named map of certificates. Files are read again when they change; one that cannot be used leaves the old certificate in place, loudly. Thread-safe: a handshake sees
/// one whole state of the map.
/// </summary>
public sealed partial class CertificateTable
{
    private readonly Lock _lock = new();
    private readonly IMetrics _metrics;
    private readonly ILogger<CertificateTable> _logger;
    private IReadOnlyDictionary<string, CertificateOptions> _options = new Dictionary<string, CertificateOptions>();
    private Dictionary<string, FileStamp> _stamps = [];
    private volatile CertificateSet _current = CertificateSet.Empty;

    /// <summary>Creates an empty table.</summary>
    /// <param name="metrics">Takes the time at which each certificate ends, and failures.</param>
    /// <param name="logger">Hears of changes and failures.</param>
    public CertificateTable(IMetrics metrics, ILogger<CertificateTable> logger)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(logger);
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Names in the configuration.</summary>
    public IEnumerable<string> Names => _current.ConfiguredNames;

    /// <summary>Whether there is a usable certificate of this configured name.</summary>
    /// <param name="name">Key in <c>Certificates</c>.</param>
    public bool Contains(string name) => _current.Named(name) is not null;

    /// <summary>Takes a configuration as a whole, or not at all.</summary>
    /// <param name="certificates">By configured name.</param>
    /// <returns>What is wrong, each with the name first; empty when the configuration is in use now.</returns>
    public IReadOnlyList<string> Configure(IReadOnlyDictionary<string, CertificateOptions> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        List<string> errors = [];
        Dictionary<string, LoadedCertificate> loaded = [];
        Dictionary<string, FileStamp> stamps = [];
        foreach ((string name, CertificateOptions options) in certificates)
        {
            stamps[name] = FileStamp.Of(options);
            (LoadedCertificate? certificate, string? error) = LoadedCertificate.Load(options);
            if (certificate is null)
            {
                errors.Add($"{name}: {error}");
            }
            else
            {
                loaded[name] = certificate;
            }
        }

        if (errors.Count == 0)
        {
            lock (_lock)
            {
                _options = certificates;
                _stamps = stamps;
                Publish(loaded);
            }
        }

        return errors;
    }

    /// <summary>Reads every file again, changed or not.</summary>
    /// <returns>Whether all of them are usable.</returns>
    public bool Reload() => Reload(onlyChanged: false);

    /// <summary>Reads the files that changed. To be called now and then, such as by <see cref="Timing.Heartbeat.Every"/>.</summary>
    /// <returns>Whether none of the changed files was unusable.</returns>
    public bool ReloadChanged() => Reload(onlyChanged: true);

    internal LoadedCertificate? Choose(string listenerCertificate, string? serverName) => _current.Choose(listenerCertificate, serverName);

    private bool Reload(bool onlyChanged)
    {
        lock (_lock)
        {
            bool allUsable = true;
            bool changed = false;
            Dictionary<string, LoadedCertificate> loaded = [];
            foreach ((string name, CertificateOptions options) in _options)
            {
                LoadedCertificate old = _current.Named(name)!;
                loaded[name] = old;
                FileStamp stamp = FileStamp.Of(options);
                if (onlyChanged && stamp == _stamps[name])
                {
                    continue;
                }

                // Also when it fails: a file that is bad is complained about once, and read again when it changes again.
                _stamps[name] = stamp;
                (LoadedCertificate? certificate, string? error) = LoadedCertificate.Load(options);
                if (certificate is null)
                {
                    allUsable = false;
                    _metrics.Counter(CertificateMetrics.LoadFailures, name).Add();
                    LogUnusable(name, options.CertificateFile, error!, old.NotAfter);
                    continue;
                }

                changed = true;
                loaded[name] = certificate;
                LogLoaded(name, options.CertificateFile, certificate.NotAfter);
            }

            if (changed)
            {
                Publish(loaded);
            }

            return allUsable;
        }
    }

    private void Publish(Dictionary<string, LoadedCertificate> loaded)
    {
        foreach ((string name, LoadedCertificate certificate) in loaded)
        {
            _metrics.Gauge(CertificateMetrics.NotAfter, name).Set(certificate.NotAfter.ToUnixTimeSeconds());
        }

        _current = new CertificateSet(loaded);
    }

    [LoggerMessage(EventId = 102, Level = LogLevel.Information, Message = "Certificate {Name} read from {File}, ends {NotAfter}.")]
    private partial void LogLoaded(string name, string file, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 103, Level = LogLevel.Error, Message = "Certificate {Name}: the changed file {File} cannot be used: {Error} The old one stays, it ends {NotAfter}.")]
    private partial void LogUnusable(string name, string file, string error, DateTimeOffset notAfter);
}
