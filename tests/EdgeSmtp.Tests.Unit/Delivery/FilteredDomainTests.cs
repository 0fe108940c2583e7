using EdgeSmtp.Core.Domains;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Tests.Unit.Client;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>What is known of an address whose domain leaves its recipients to filters.</summary>
public sealed class FilteredDomainTests
{
    [Theory]
    [InlineData("joe+x@example.com", '+', "joe@example.com")]
    [InlineData("Joe+X+y@example.com", '+', "joe@example.com")]
    [InlineData("joe-x@example.com", '-', "joe@example.com")]
    [InlineData("joe@example.com", '+', null)]
    [InlineData("+joe@example.com", '+', null)]
    [InlineData("joe+@example.com", '+', "joe@example.com")]
    [InlineData("joe+x@example.com", null, null)]
    [InlineData("joe@exa-mple.com", '-', null)]
    [InlineData("\"a b+x\"@example.com", '+', null)]
    public void BaseKey_OfAnAddress_IsWhatStandsBeforeItsExtension(string address, char? delimiter, string? expected)
    {
        MailPath path = ClientCase.Path(address);
        DomainEntry entry = new(path.DomainALabel, new FilteredRecipients(), "inside", delimiter);
        Assert.Equal(expected, entry.BaseKeyOf(path.Key));
    }

    [Fact]
    public async Task Find_ExactAddressOrItsBase_AsBefore()
    {
        DomainEntry entry = new("example.com", new RecipientList("example.com", ["joe", "special+x"]), "inside");

        Assert.Equal((RecipientStatus.Known, "joe@example.com"), await entry.FindAsync(ClientCase.Path("joe+lists@example.com"), CancellationToken.None));
        Assert.Equal((RecipientStatus.Known, "special+x@example.com"), await entry.FindAsync(ClientCase.Path("special+x@example.com"), CancellationToken.None));
        Assert.Equal(RecipientStatus.Unknown, (await entry.FindAsync(ClientCase.Path("jane+x@example.com"), CancellationToken.None)).Status);
        Assert.Equal((RecipientStatus.Unknown, "jane@example.com"), await entry.FindAsync(ClientCase.Path("jane@example.com"), CancellationToken.None));
    }
}
