using System.Net;

namespace EdgeSmtp.Server.Http;

/// <summary>The HTTP endpoint for machines that watch: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>. Has no authentication, so it stays on loopback or an inner network.</summary>
internal sealed record HttpOptions
{
    /// <summary>Address and port. Default none: the endpoint is off. The embedded configuration has 127.0.0.1:8025.</summary>
    public IPEndPoint? Address { get; init; }
}
