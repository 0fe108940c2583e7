using System.Globalization;
using System.Text;

namespace EdgeSmtp.Tests.Server.Qmtp;

/// <summary>Packages as a client writes them.</summary>
internal static class QmtpWire
{
    public static string Netstring(string payload) => string.Create(CultureInfo.InvariantCulture, $"{Encoding.Latin1.GetByteCount(payload)}:{payload},");

    public static string Package(string message, string sender, params string[] recipients) =>
        Netstring(message) + Netstring(sender) + Netstring(string.Concat(recipients.Select(Netstring)));

    public static string Qmqp(string message, string sender, params string[] recipients) =>
        Netstring(Netstring(message) + Netstring(sender) + string.Concat(recipients.Select(Netstring)));
}
