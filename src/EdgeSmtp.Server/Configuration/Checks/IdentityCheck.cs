using System.Text;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Who we are: host name, further names, postmaster.</summary>
internal sealed class IdentityCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        CheckHostname(context, options.Hostname);
        for (int i = 0; i < options.OwnNames.Count; i++)
        {
            if (DomainName.ToALabel(options.OwnNames[i]) is null)
            {
                context.Error($"'{options.OwnNames[i]}' is not a domain name", nameof(options.OwnNames), i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        if (options.AuthservId is { } id && DomainName.ToALabel(id) is null)
        {
            context.Error($"'{id}' is not a domain name", nameof(options.AuthservId));
        }

        if (options.DataDirectory is null)
        {
            context.Error("is required", nameof(options.DataDirectory));
        }

        CheckPostmaster(context, options.Postmaster);
    }

    private static void CheckHostname(CheckContext context, string? hostname)
    {
        if (hostname is null)
        {
            context.Error("is required: the fully qualified name that belongs to this server's address", nameof(ServerOptions.Hostname));
        }
        else if (DomainName.ToALabel(hostname) is null)
        {
            context.Error($"'{hostname}' is not a domain name", nameof(ServerOptions.Hostname));
        }

        // RFC 5321 §2.3.5: only fully qualified names are to be used; clients refuse a greeting with less.
        else if (!hostname.Contains('.', StringComparison.Ordinal) && !context.IsEmbedded)
        {
            context.Error($"'{hostname}' is not fully qualified", nameof(ServerOptions.Hostname));
        }
    }

    private static void CheckPostmaster(CheckContext context, string? postmaster)
    {
        // RFC 5321 §4.5.1: mail for postmaster must be taken, so it must go somewhere.
        if (postmaster is null)
        {
            context.Error("is required: the address that gets mail for postmaster", nameof(ServerOptions.Postmaster));
        }
        else if (Path(postmaster) is null)
        {
            context.Error($"'{postmaster}' is not an address", nameof(ServerOptions.Postmaster));
        }
    }

    /// <summary>An address of the configuration as a path; <c>null</c> when it is none, or has no domain.</summary>
    /// <param name="address">The address.</param>
    public static MailPath? Path(string address) =>
        MailPathParser.TryParse(Encoding.UTF8.GetBytes(address), allowUtf8: true, out MailPath path) == PathError.None && path.DomainALabel.Length > 0 ? path : null;
}
