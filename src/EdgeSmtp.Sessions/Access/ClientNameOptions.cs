using System.ComponentModel.DataAnnotations;

namespace EdgeSmtp.Sessions.Access;

/// <summary>How the names of clients are looked up: PTR, and back by A or AAAA.</summary>
public sealed class ClientNameOptions
{
    /// <summary>How long a look-up may take in all; then the DNS "does not say". Clients wait for it only where a rule needs their name.</summary>
    /// <value>100 ms to 30 s. Default 5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What follows when the DNS does not say, and rules ask for names.</summary>
    /// <value>Default Ignore: as if the client had no name, counted.</value>
    public NameFailureAction OnFailure { get; set; }
}
