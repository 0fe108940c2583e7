using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// The configuration of one edge under test. It starts as: SMTP and QMTP on claimed ports, <c>example.test</c> delivered to Maildirs,
/// no greet delay, a retry every second, per-client limits out of the way. A test changes what it is about.
/// </summary>
internal sealed class EdgeSettings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public EdgeSettings(TempFolder folder, int smtpPort, int qmtpPort, int httpPort)
    {
        Folder = folder;
        Root = JsonNode.Parse($$"""
            {
              "Hostname": "mx.example.test",
              "DataDirectory": "{{folder.PathOf("data")}}",
              "Postmaster": "user@example.test",
              "Listeners": {
                "mx": { "Protocol": "smtp", "Address": "127.0.0.1:{{smtpPort}}" },
                "qm": { "Protocol": "qmtp", "Address": "127.0.0.1:{{qmtpPort}}" }
              },
              "Http": { "Address": "127.0.0.1:{{httpPort}}" },
              "Limits": { "ConnectionsMax": 10000, "ConnectionsPerAddressMax": 10000, "ConnectionsPerNetworkMax": 10000 },
              "Domains": { "example.test": { "Recipients": [ "user", "alice" ], "Route": "local" } },
              "Routes": { "local": { "Transport": "maildir", "Path": "{DataDirectory}/maildirs/{domain}/{local}" } },
              "Delivery": { "RetryDelays": [ "00:00:01" ] },
              "FilterOrder": [ "greet", "helo" ],
              "Filters": { "greet": { "Type": "GreetDelay", "Delay": "00:00:00" }, "helo": { "Type": "HeloCheck" } }
            }
            """)!.AsObject();
    }

    public TempFolder Folder { get; }

    public JsonObject Root { get; }

    /// <summary>Limits of its managed heaps of small, large and pinned objects, in bytes; <c>null</c> for what the machine has.</summary>
    public (long Small, long Large, long Pinned)? HeapBytesMax { get; set; }

    public JsonObject Listener(string name) => Section("Listeners", name);

    public JsonObject Filter(string name) => Section("Filters", name);

    /// <summary>The named object below the path, made when it is not there.</summary>
    public JsonObject Section(params ReadOnlySpan<string> path)
    {
        JsonObject at = Root;
        foreach (string name in path)
        {
            if (at[name] is not JsonObject next)
                at[name] = next = [];
            at = next;
        }
        return at;
    }

    /// <summary>A domain whose every recipient goes to the route.</summary>
    public void Domain(string domain, string route) => Section("Domains")[domain] = new JsonObject { ["Recipients"] = "any", ["Route"] = route };

    /// <summary>A route to a fixed next hop on loopback.</summary>
    public JsonObject Route(string name, string transport, int port)
    {
        JsonObject route = new() { ["Transport"] = transport, ["NextHop"] = $"127.0.0.1:{port}" };
        Section("Routes")[name] = route;
        return route;
    }

    /// <summary>STARTTLS on the listener with a certificate of its own.</summary>
    public void Tls(string listener = "mx")
    {
        TestCertificate certificate = TestCertificate.Create(Folder, "mx.example.test");
        Section("Certificates")["main"] = new JsonObject { ["CertificateFile"] = certificate.CertificateFile, ["KeyFile"] = certificate.KeyFile };
        Listener(listener)["Certificate"] = "main";
    }

    public string Text => Root.ToJsonString(Indented);
}
