using EdgeSmtp.Tests.Backends.Fixtures;
using Xunit;

namespace EdgeSmtp.Tests.Backends.PlugIns;

/// <summary>The way of <c>docs/filters.md</c>, word for word: from the template to a refused message, and to the next version.</summary>
public sealed class RecipeTests
{
    [Fact]
    public async Task Page_FollowedWordForWord_EndsInARefusedMessage()
    {
        Programs.Need("curl");
        Recipe recipe = Recipe.Of(await File.ReadAllTextAsync(Clone.PathOf("docs/filters.md"), TestContext.Current.CancellationToken), "From template to a refused message");
        using StrangersDesk desk = new();
        using PortClaim smtp = PortClaim.Take();
        using PortClaim http = PortClaim.Take();

        string output = await desk.RunAsync(recipe.Script, $"SMTP_PORT={smtp.Port}", $"HTTP_PORT={http.Port}");

        Assert.NotEmpty(recipe.Expected);
        Assert.All(recipe.Expected, line => Assert.Contains(line, output, StringComparison.Ordinal));
        Assert.Contains("Failed: 0, Skipped: 0", output, StringComparison.Ordinal);
    }
}
