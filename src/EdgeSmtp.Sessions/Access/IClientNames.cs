using System.Net;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Sessions.Access;

/// <summary>Finds the names of clients by forward-confirmed reverse DNS.</summary>
public interface IClientNames
{
    /// <summary>Looks a client up.</summary>
    /// <param name="client">Its address.</param>
    /// <param name="cancellationToken">The deadline.</param>
    ValueTask<ClientNameAnswer> FindAsync(IPAddress client, CancellationToken cancellationToken);
}
