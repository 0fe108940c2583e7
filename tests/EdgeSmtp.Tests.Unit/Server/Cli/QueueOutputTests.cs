using System.CommandLine;
using EdgeSmtp.Server.Cli;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class QueueOutputTests
{
    private const string Hostile = @"\u001b[2J\u009b31m\u0007";

    [Fact]
    public void Text_OfStrangers_HasNoControlCharacters()
    {
        using StringWriter written = new();
        QueueOutput output = new(new InvocationConfiguration { Output = written }, json: false);
        output.ListLine($$"""{"id":"1","state":"due","sizeBytes":1,"received":"","attempts":0,"nextAttempt":"","recipientsLeft":1,"lastStatus":"550 {{Hostile}}"},""");
        output.Show($$"""{"from":"{{Hostile}}@a","recipients":[{"address":"{{Hostile}}@b","done":false}],"header":"Subject: {{Hostile}}\r\n"}""");
        Assert.Contains("550", written.ToString(), StringComparison.Ordinal);
        Assert.All(written.ToString(), static character => Assert.False(char.IsControl(character) && character is not ('\n' or '\r'), $"{(int)character:x4} is in the output"));
    }
}
