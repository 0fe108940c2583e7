using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Domains: each name is one, stands once whatever its spelling, and one that takes every address is pointed out.</summary>
internal sealed class DomainCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        Dictionary<string, string> spelled = new(StringComparer.Ordinal);
        foreach ((string name, DomainOptions domain) in context.Options.Domains)
        {
            if (Canonical(name) is not { } key)
            {
                context.Error("is not a domain name", nameof(ServerOptions.Domains), name);
            }
            else if (!spelled.TryAdd(key, name))
            {
                context.Error($"is the same domain as '{spelled[key]}'", nameof(ServerOptions.Domains), name);
            }

            context.Reference(domain.Profile, context.Options.Profiles.Keys, "profile", nameof(ServerOptions.Domains), name, nameof(domain.Profile));
            if (domain.Recipients is { IsAny: true })
            {
                context.Warn("accepts every address: mail for mailboxes that do not exist is taken and bounced", nameof(ServerOptions.Domains), name, nameof(domain.Recipients));
            }
        }
    }

    /// <summary>A key of <c>Domains</c> in lower-case A-labels, with its leading dot; <c>null</c> when it is no domain.</summary>
    /// <param name="name">The key.</param>
    public static string? Canonical(string name)
    {
        bool subdomains = name.StartsWith('.');
        string? domain = DomainName.ToALabel(subdomains ? name[1..] : name);
        return subdomains && domain is not null ? $".{domain}" : domain;
    }
}
