using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Testing.Sessions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Capture;

/// <summary>How much content a record holds until it is written: a client can send as much as it likes.</summary>
public sealed class CapturedContentTests : IDisposable
{
    private const int MessageBytes = 8 << 20;

    private readonly TestSession _session = new();
    private readonly ByteBudget _budget = new(3L * MessageBytes);

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData(MessageBytes - 1, false)]
    [InlineData(MessageBytes, true)]
    [InlineData(MessageBytes + 1, true)]
    public void Content_IsKeptUpToItsLimit(long bytesMax, bool isKept) => Assert.Equal(isKept, Keep(Begin(bytesMax)));

    [Fact]
    public void Contents_OfOneSession_HaveALimitTogether()
    {
        CapturedSession captured = Begin();

        Assert.Equal([true, true, false, false], [Keep(captured), Keep(captured), Keep(captured), Keep(captured, 1)]);
        Assert.Equal(4, captured.Steps.Count);
    }

    [Fact]
    public void Contents_OfAllSessions_HaveALimit_UntilTheyAreWritten()
    {
        CapturedSession one = Begin(), two = Begin();
        Assert.Equal([true, true, true, false], [Keep(one), Keep(one), Keep(two), Keep(two)]);

        one.ReleaseContent();
        one.ReleaseContent();
        Assert.Equal([true, true, false], [Keep(two), Keep(Begin()), Keep(Begin())]);
    }

    private CapturedSession Begin(long bytesMax = MessageBytes) => new(_session, TimeProvider.System, bytesMax, _budget);

    private bool Keep(CapturedSession captured, int bytes = MessageBytes)
    {
        using TestMessageContent content = new(new byte[bytes]);
        captured.Content(new TestTransaction(_session) { Staged = content });
        return captured.Steps[^1].Content?.Length == bytes;
    }
}
