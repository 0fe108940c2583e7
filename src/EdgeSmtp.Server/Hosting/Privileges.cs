using System.Net;
using EdgeSmtp.Server.Configuration;

namespace EdgeSmtp.Server.Hosting;

/// <summary>The server needs no root: a service manager gives it CAP_NET_BIND_SERVICE for ports below 1024.</summary>
internal static class Privileges
{
    /// <summary>Variable that allows root, as <c>--allow-root</c> does.</summary>
    public const string AllowVariable = "EDGESMTP_ALLOW_ROOT";

    /// <summary>Whether root was allowed by the environment.</summary>
    public static bool AllowedByEnvironment => Environment.GetEnvironmentVariable(AllowVariable) is "1" or "true";

    /// <summary>Judges a start.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="isRoot">Whether the process is root.</param>
    /// <param name="isAllowed">Whether the operator allows root.</param>
    /// <returns>Whether it may start, and what to tell the operator.</returns>
    public static (bool MayStart, string? Message) Judge(ServerOptions options, bool isRoot, bool isAllowed)
    {
        if (!isRoot)
        {
            return (true, null);
        }

        // A first look in a container is done as root, and nobody outside can reach it.
        bool loopbackOnly = options.Listeners.Values.All(static listener => IPAddress.IsLoopback(listener.Address.Address))
            && (options.Http.Address is null || IPAddress.IsLoopback(options.Http.Address.Address));
        return isAllowed || loopbackOnly
            ? (true, "running as root; give the server a user of its own (see docs/operations.md)")
            : (false, $"refusing to run as root with listeners that others can reach: use a user of its own with CAP_NET_BIND_SERVICE, or --allow-root or {AllowVariable}=1");
    }
}
