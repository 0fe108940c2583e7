using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>The value of LOCALMFCHECK. Immutable.</summary>
/// <param name="Check">What is asked.</param>
/// <param name="Domain">The domain, where one is asked for.</param>
internal sealed record LocalSender(LocalSenderCheck Check, string? Domain)
{
    private static readonly LocalSender None = new(LocalSenderCheck.None, null);

    /// <summary>Reads a value.</summary>
    /// <param name="text">The value; <c>null</c> asks for nothing.</param>
    /// <param name="sender">What it means.</param>
    /// <returns>What is wrong with it; <c>null</c> when nothing is.</returns>
    public static string? Parse(string? text, out LocalSender sender)
    {
        sender = None;
        switch (text)
        {
            case null:
                return null;
            case "":
                sender = new LocalSender(LocalSenderCheck.OwnDomain, null);
                return null;
            case "!":
                sender = new LocalSender(LocalSenderCheck.Rules, null);
                return null;
            case "=":
                return "'=' compares the sender with the user who logged in, and this server has no AUTH: use \"\", a domain or '!'";
            case "?":
                return "'?' compares the sender with a client certificate, and this server asks for none: use \"\", a domain or '!'";
        }

        if (DomainName.ToALabel(text) is not { } domain)
        {
            return $"'{text}' is neither \"\", nor a domain, nor '!'";
        }

        sender = new LocalSender(LocalSenderCheck.Domain, domain);
        return null;
    }

    /// <summary>Whether a sender has a domain that is asked for. Rules are not looked at here.</summary>
    public bool Allows(Session session, MailPath path) => string.Equals(path.DomainALabel, Domain, StringComparison.Ordinal) || session.IsOwnDomain(path.DomainALabel);
}
