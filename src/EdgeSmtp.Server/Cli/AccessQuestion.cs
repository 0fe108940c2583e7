using System.Net;
using EdgeSmtp.Sessions.Access;

namespace EdgeSmtp.Server.Cli;

/// <summary>A client about whom rules are asked.</summary>
/// <param name="Client">Its address.</param>
/// <param name="Name">Its name, or <c>null</c>.</param>
/// <param name="Identity">Who it says it is, or <c>null</c>.</param>
internal sealed record AccessQuestion(IPAddress Client, string? Name, string? Identity)
{
    /// <summary>Asks.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="listener">The listener that follows them, or <c>null</c>.</param>
    public AccessAnswer Ask(AccessRules rules, string? listener)
    {
        AccessRule? rule = rules.Explain(Client, Name, Identity, out string address);
        return new AccessAnswer(listener, rule, address);
    }
}
