using System.Buffers;
using System.Net;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Toolkit.Lookups;

namespace EdgeSmtp.Server.Access;

/// <summary>Finds names as filters do, so that a rule, a filter and a Received field never disagree.</summary>
/// <param name="dns">The resolver.</param>
internal sealed class ClientNameFinder(IDnsResolver dns) : IClientNames
{
    private const int NameMax = 253;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <inheritdoc />
    public async ValueTask<ClientNameAnswer> FindAsync(IPAddress client, CancellationToken cancellationToken)
    {
        (DnsStatus status, string? found) = await ForwardConfirmation.FindNameAsync(dns, client, cancellationToken);
        string? name = found?.TrimEnd('.');
        if (status != DnsStatus.Found || name is null)
        {
            return new ClientNameAnswer(status == DnsStatus.TemporaryFailure ? status : DnsStatus.NoData, null);
        }

        // The name goes into Received fields, logs and keys of rules: whoever runs a reverse zone can put any byte into it.
        bool isName = name.Length is > 0 and <= NameMax && !name.AsSpan().ContainsAnyExcept(NameCharacters);
        return isName ? new ClientNameAnswer(DnsStatus.Found, name.ToLowerInvariant()) : new ClientNameAnswer(DnsStatus.NoData, null);
    }
}
