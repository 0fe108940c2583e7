using System.Net;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Filters.Spf.Evaluation;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>Every case of the suite of RFC 7208, in the process. None is left out.</summary>
public sealed class Rfc7208SuiteTests
{
    private const int CaseCount = 203;

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> rows = [];
        foreach (SuiteCase row in SuiteFile.Cases)
        {
            rows.Add(row.Scenario, row.Name);
        }

        return rows;
    }

    [Fact]
    public void Suite_BesideTheProject_IsWhole()
    {
        Assert.SkipWhen(SuiteFile.Path is null, "The suite of RFC 7208 (shared/tests/spf/rfc7208-tests.yml) does not lie beside the project.");
        Assert.Equal(CaseCount, SuiteFile.Cases.Count);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public async Task Case_OfTheSuite_HasItsResult(string scenario, string name)
    {
        SuiteCase test = SuiteFile.Cases.Single(test => test.Scenario == scenario && test.Name == name);
        SpfEvaluator evaluator = new(test.Dns, new FakeTimeProvider(), SpfPolicy.Default);
        SpfResult result = await evaluator.EvaluateAsync(Query(test), null, TestContext.Current.CancellationToken);
        Assert.Contains(SpfStatusNames.Of(result.Status), test.Results);
        if (test.Explanation is { } explanation && result.Status == SpfStatus.Fail)
        {
            Assert.Equal(explanation == "DEFAULT" ? null : explanation, result.Explanation);
        }
    }

    private static SpfQuery Query(SuiteCase test)
    {
        IPAddress client = IPAddress.Parse(test.Host);
        int at = test.MailFrom.LastIndexOf('@');
        return at < 0
            ? new SpfQuery(client, SpfIdentity.Hello, "postmaster", test.Hello, test.Hello, "mx.receiver.example")
            : new SpfQuery(client, SpfIdentity.MailFrom, test.MailFrom[..at], test.MailFrom[(at + 1)..], test.Hello, "mx.receiver.example");
    }
}
