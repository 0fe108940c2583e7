using System.Globalization;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Cli;

/// <summary>What rules say of a client.</summary>
/// <param name="Listener">The listener that follows them; <c>null</c> when a file was asked.</param>
/// <param name="Rule">The rule; <c>null</c> when none is about the client.</param>
/// <param name="Address">The address of the rule.</param>
internal sealed record AccessAnswer(string? Listener, AccessRule? Rule, string Address)
{
    /// <summary>Names and values, in the order in which they are printed.</summary>
    public IEnumerable<KeyValuePair<string, string>> Lines()
    {
        if (Listener is not null)
        {
            yield return new("listener", Listener);
        }

        if (Rule is null)
        {
            yield return new("rule", "none");
            yield return new("outcome", "allow");
            yield break;
        }

        yield return new("rule", Address);
        yield return new("place", Rule.Place);
        yield return new("outcome", Rule.Settings.IsDenied ? "deny" : Rule.Settings.Refusal is null ? "allow" : "refuse-mail");
        foreach (KeyValuePair<string, string> setting in Rule.Settings.IsDenied ? [] : Settings(Rule))
        {
            yield return setting;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(AccessRule rule)
    {
        AccessSettings settings = rule.Settings;
        (string Name, string? Value)[] all =
        [
            ("refusal", settings.Refusal is { } refusal ? $"{refusal.Code} {refusal.EnhancedCode} {refusal.Text}" : null),
            ("relay", settings.MayRelay ? "yes" : null),
            ("message-size-max", settings.MessageSizeMax?.ToString(CultureInfo.InvariantCulture)),
            ("recipients-max", settings.RecipientsMax?.ToString(CultureInfo.InvariantCulture)),
            ("unknown-recipients", settings.DefersUnknownRecipients ? "450" : null),
            ("starttls", settings.StartTls?.ToString()),
            ("bare-lf", settings.BareLf?.ToString()),
            ("bare-cr", settings.BareCr?.ToString()),
            ("nul", settings.Nul?.ToString()),
            ("profile", rule.Text.Variables.FirstOrDefault(static variable => variable.Key == RuleTranslator.ProfileVariable).Value),
        ];
        foreach ((string name, string? value) in all)
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }

        foreach (KeyValuePair<string, string> option in Options(rule.Text))
        {
            yield return option;
        }
    }

    /// <summary>Options of filters; of several variables for one the last of the table counts, as in the profile that is made of them.</summary>
    private static OrderedDictionary<string, string> Options(RuleText text)
    {
        OrderedDictionary<string, string> options = new(StringComparer.Ordinal);
        Dictionary<string, string> variables = [];
        foreach ((string name, string value) in text.Variables)
        {
            variables.TryAdd(name, value);
        }

        foreach ((FilterVariable variable, string value) in FilterVariable.Effects(variables))
        {
            options[$"filter {variable.Type}:{variable.Option}"] = value;
        }

        return options;
    }
}
