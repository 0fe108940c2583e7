using System.Text.Json.Nodes;
using EdgeSmtp.Tests.Backends.Fixtures;

namespace EdgeSmtp.Tests.Backends.Scanning;

/// <summary>The filter as the tests configure it: spam is what SpamAssassin has no doubt about.</summary>
internal static class SpamAssassin
{
    public static JsonObject Options(Spamd spamd, bool isUnix = false) => new()
    {
        ["Type"] = "SpamAssassin",
        ["Servers"] = new JsonArray(isUnix ? spamd.UnixAddress : spamd.TcpAddress),
        ["Reject"] = 100,
        ["ConcurrencyMax"] = 2,
        ["BreakerPause"] = "00:00:00.500",
    };
}
