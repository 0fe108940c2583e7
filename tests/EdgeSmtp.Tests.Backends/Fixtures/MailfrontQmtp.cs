namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A QMTP server by others: mailfront under tcpserver, which takes every message and keeps none.</summary>
internal sealed class MailfrontQmtp : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    public int Port => _claim.Port;

    public static async Task<MailfrontQmtp> StartAsync()
    {
        Programs.Need("tcpserver", "qmtpfront-echo");
        MailfrontQmtp server = new();
        server._process = ChildProcess.Start(
            server._folder.Path, "mailfront", "tcpserver", "-HRl0", "127.0.0.1", $"{server.Port}", Programs.Find("qmtpfront-echo"), "accept");
        await server._process.ReadyAsync(() => Network.AcceptsAsync(server.Port));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }
}
