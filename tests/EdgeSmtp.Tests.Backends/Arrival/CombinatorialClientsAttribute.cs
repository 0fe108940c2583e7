using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace EdgeSmtp.Tests.Backends.Arrival;

/// <summary>Every real client with every real destination.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialClientsAttribute : DataAttribute
{
    private static readonly string[] Clients = ["swaks", "smtp-source", "smtplib", "mailkit", "openssl"];
    private static readonly string[] Destinations = ["maildir", "postfix", "dovecot"];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. from client in Clients from destination in Destinations select new TheoryDataRow(client, destination)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
