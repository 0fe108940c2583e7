using System.Net;

namespace EdgeSmtp.Client.Smtp;

/// <summary>One address of one host.</summary>
/// <param name="Name">The host's name, for certificate and log.</param>
/// <param name="EndPoint">Where it listens.</param>
public sealed record SmtpTarget(string Name, EndPoint EndPoint)
{
    /// <summary>The address in text, or the path of a Unix socket.</summary>
    public string Address => EndPoint is IPEndPoint ip ? ip.Address.ToString() : EndPoint.ToString() ?? string.Empty;
}
