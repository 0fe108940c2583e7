using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Certificates: every file can be read and has its key.</summary>
internal sealed class CertificateCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        CertificateTable trial = new(new MetricRecorder(), NullLogger<CertificateTable>.Instance);
        foreach (string error in trial.Configure(context.Options.Certificates))
        {
            string[] parts = error.Split(": ", 2);
            context.Error(parts[^1], nameof(ServerOptions.Certificates), parts[0]);
        }
    }
}
