using EdgeSmtp.Sessions.Transport;
using Xunit;

namespace EdgeSmtp.Tests.Server.Transport;

public sealed class EpollLoopTests
{
    // The event that ends the loop belongs to no socket: a loop that looked for one ended the process. Many times, because the thread may be anywhere when it is told.
    [Fact]
    public void Dispose_WithoutSockets_EndsItsThreadQuietly()
    {
        for (int i = 0; i < 500; i++)
        {
            EpollLoop loop = new();
            loop.Dispose();
            Assert.True(loop.WaitForEnd(TimeSpan.FromSeconds(20)));
        }
    }
}
