using Xunit;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>Plays a conversation: <c>C:</c> lines are sent, <c>S:</c> lines say how the next reply begins, <c>S!</c> that the server ends the connection.</summary>
internal static class Script
{
    public static async Task PlayAsync(TestClient client, string script)
    {
        foreach (string line in script.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string text = line.TrimStart();
            if (text.StartsWith("C:", StringComparison.Ordinal))
            {
                await client.SendAsync((text.Length > 3 ? text[3..] : string.Empty) + "\r\n");
            }
            else if (text.StartsWith("S:", StringComparison.Ordinal))
            {
                string reply = await client.ReplyAsync();
                Assert.True(reply.StartsWith(text[3..], StringComparison.Ordinal), $"Expected '{text[3..]}' but got '{reply}'.");
            }
            else
            {
                Assert.Equal("S!", text);
                Assert.Equal(string.Empty, await client.ReadToEndAsync());
            }
        }
    }
}
