using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Puts middleware together as Kestrel's builder does.</summary>
internal sealed class ConnectionBuilder(IServiceProvider services) : IConnectionBuilder
{
    private readonly List<Func<ConnectionDelegate, ConnectionDelegate>> _parts = [];

    public IServiceProvider ApplicationServices => services;

    public IConnectionBuilder Use(Func<ConnectionDelegate, ConnectionDelegate> middleware)
    {
        _parts.Add(middleware);
        return this;
    }

    public ConnectionDelegate Build()
    {
        ConnectionDelegate chain = static _ => Task.CompletedTask;
        for (int i = _parts.Count - 1; i >= 0; i--)
        {
            chain = _parts[i](chain);
        }

        return chain;
    }
}
