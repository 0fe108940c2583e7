using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Exec;

/// <summary>The variables that tcpserver and qmail-smtpd gave to programs. Of what a client sends nothing gets here but in characters that mean nothing to any shell.</summary>
internal static class ExecEnvironment
{
    private const int ValueCharsMax = 255;

    private static readonly SearchValues<char> Harmless = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:@_+=-");

    public static Dictionary<string, string> Of(Session session, RunFolder folder, IReadOnlyDictionary<string, string> configured)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal)
        {
            ["PROTO"] = session.Client.AddressFamily == AddressFamily.InterNetworkV6 ? "TCP6" : "TCP",
            ["TCPREMOTEIP"] = session.Client.Address.ToString(),
            ["TCPREMOTEPORT"] = session.Client.Port.ToString(CultureInfo.InvariantCulture),
            ["TCPLOCALIP"] = session.Local.Address.ToString(),
            ["TCPLOCALPORT"] = session.Local.Port.ToString(CultureInfo.InvariantCulture),

            // Programs that want the whole path of qmail-queue must not find another one.
            ["QMAILQUEUE"] = folder.QmailQueue,
        };
        Add(variables, "TCPREMOTEHOST", session.ClientName);
        Add(variables, "TCPREMOTEINFO", session.AuthenticatedUser);
        if (session.MayRelay)
        {
            variables["RELAYCLIENT"] = string.Empty;
        }

        foreach ((string name, string value) in configured)
        {
            variables[name] = value;
        }

        return variables;
    }

    private static void Add(Dictionary<string, string> variables, string name, string? value)
    {
        if (value is { Length: > 0 and <= ValueCharsMax } && !value.AsSpan().ContainsAnyExcept(Harmless))
        {
            variables[name] = value;
        }
    }
}
