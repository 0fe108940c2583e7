using EdgeSmtp.Sessions.Transport;
using Xunit;

namespace EdgeSmtp.Tests.Server.Transport;

public sealed class EpollLoopTests
{
    // The event that ends the loop belongs to no socket: a loop that looked for one ended the process.
    [Fact]
    public void Dispose_WithoutSockets_EndsItsThreadQuietly()
    {
        for (int i = 0; i < 20; i++)
        {
            EpollLoop loop = new();
            loop.Dispose();
            Assert.True(loop.WaitForEnd(TimeSpan.FromSeconds(20)));
        }
    }
}
