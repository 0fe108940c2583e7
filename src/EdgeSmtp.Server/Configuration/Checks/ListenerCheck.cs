using System.Net;
using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Listeners: there is one, no two share an address, and their certificates exist.</summary>
internal sealed class ListenerCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        if (options.Listeners.Count == 0)
        {
            context.Error("needs at least one listener", nameof(options.Listeners));
        }

        Dictionary<IPEndPoint, string> taken = [];
        if (options.Http.Address is { Port: > 0 } http)
        {
            taken.Add(http, "Http");
        }

        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            context.Reference(listener.Certificate, options.Certificates.Keys, "certificate", nameof(options.Listeners), name, nameof(listener.Certificate));
            if (listener.Address.Port > 0 && !taken.TryAdd(listener.Address, $"listener '{name}'"))
            {
                context.Error($"{listener.Address} is the address of {taken[listener.Address]}", nameof(options.Listeners), name, nameof(listener.Address));
            }
        }
    }
}
