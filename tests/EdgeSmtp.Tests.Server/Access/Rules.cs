using System.Text;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Access;

/// <summary>Puts rules into a host: each an address and what it settles.</summary>
internal static class Rules
{
    public static void Follow(this SessionHost host, params (string Address, AccessSettings Settings)[] rules)
    {
        host.Listener.Access = "all";
        RuleTable table = new();
        foreach ((string address, AccessSettings settings) in rules)
        {
            RuleSource source = RuleSource.Parse(Encoding.UTF8.GetBytes($"{address}:allow\n"));
            Assert.Empty(source.Problems);
            foreach (byte[] key in source.Rules[0].Keys)
            {
                table.Add(key, new AccessRule($"rule {address}", source.Rules[0].Text, settings));
            }
        }

        host.Current = host.Current with { Access = new AccessTable([new("all", new AccessRules(table))]) };
    }
}
