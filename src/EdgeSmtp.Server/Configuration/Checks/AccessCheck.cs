using EdgeSmtp.Sessions;

namespace EdgeSmtp.Server.Configuration.Checks;

/// <summary>Access rules: every name names some, and none stand there for nobody.</summary>
internal sealed class AccessCheck : IConfigurationCheck
{
    /// <inheritdoc />
    public void Check(CheckContext context)
    {
        ServerOptions options = context.Options;
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            context.Reference(listener.Access, options.AccessRules.Keys, "entry of AccessRules named", nameof(options.Listeners), name, nameof(listener.Access));
        }

        foreach (string rules in options.AccessRules.Keys.Where(rules => !options.Listeners.Values.Any(listener => listener.Access == rules)))
        {
            context.Warn("no listener follows these rules", nameof(options.AccessRules), rules);
        }
    }
}
