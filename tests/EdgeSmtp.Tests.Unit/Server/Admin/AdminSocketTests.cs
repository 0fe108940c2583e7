using System.Net;
using System.Text.Json;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Server.Admin;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Admin;

/// <summary>Endpoint and client over a real Unix socket.</summary>
public sealed class AdminSocketTests : IAsyncLifetime
{
    private static readonly MessageId One = new(1UL << 20);
    private static readonly MessageId Two = new(2UL << 20);
    private readonly TemporaryFolder _folder = new();
    private readonly FakeStore _store = new();
    private readonly List<string> _problems = [];
    private readonly KestrelInstance _server;
    private readonly AdminClient _client;
    private readonly CaptureRecorder _capture;

    public AdminSocketTests()
    {
        string socket = AdminSocket.PathOf(_folder.Root);
        _capture = new CaptureRecorder(_folder.PathOf("capture"), TimeProvider.System, new MetricRecorder());
        _server = new KestrelInstance(NullLoggerFactory.Instance, options => options.ListenUnixSocket(socket));
        _client = new AdminClient(socket);
        _store.Put(new MessageSummary(One, 100, DateTimeOffset.UnixEpoch, 0, DateTimeOffset.UnixEpoch, 1, false, false, null), "Subject: one\r\n\r\nbody\r\n");
        _store.Put(new MessageSummary(Two, 200, DateTimeOffset.UnixEpoch, 3, DateTimeOffset.UnixEpoch.AddHours(1), 2, false, true, "450 \"later\""), "Subject: two\r\n\r\nbody\r\n");
    }

    public async ValueTask InitializeAsync() =>
        await _server.StartAsync(new AdminEndpoint(_store, static () => { }, _ => Task.FromResult<IReadOnlyList<string>>(_problems), capture: _capture).HandleAsync, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _capture.Dispose();
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task List_IsAJsonArrayWithALineForEachMessage()
    {
        string text = await TextAsync(await _client.GetAsync("queue", TestContext.Current.CancellationToken));

        Assert.Equal(4, text.TrimEnd().Split('\n').Length);
        JsonElement list = JsonDocument.Parse(text).RootElement;
        Assert.Equal([One.ToString(), Two.ToString()], list.EnumerateArray().Select(static message => message.GetProperty("id").GetString()));
        Assert.Equal(["new", "active"], list.EnumerateArray().Select(static message => message.GetProperty("state").GetString()));
        Assert.Equal("450 \"later\"", list[1].GetProperty("lastStatus").GetString());
    }

    [Fact]
    public async Task Show_HasEnvelopeAndHeader()
    {
        JsonElement message = JsonDocument.Parse(await TextAsync(await _client.GetAsync($"queue/{One}", TestContext.Current.CancellationToken))).RootElement;

        Assert.Equal("Subject: one\r\n", message.GetProperty("header").GetString());
        Assert.Equal([true, false], message.GetProperty("recipients").EnumerateArray().Select(static recipient => recipient.GetProperty("done").GetBoolean()));
    }

    [Fact]
    public async Task Show_WithContent_HasAllOfIt()
    {
        JsonElement message = JsonDocument.Parse(await TextAsync(await _client.GetAsync($"queue/{One}?content", TestContext.Current.CancellationToken))).RootElement;

        Assert.Equal("Subject: one\r\n\r\nbody\r\n", message.GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("retry", OperatorAction.Retry)]
    [InlineData("remove", OperatorAction.Remove)]
    [InlineData("hold", OperatorAction.Hold)]
    [InlineData("release", OperatorAction.Release)]
    public async Task Change_IsAppliedToTheStore(string name, OperatorAction action)
    {
        using HttpResponseMessage? response = await _client.PostAsync($"queue/{One}/{name}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response!.StatusCode);
        Assert.Equal([(One, action)], _store.Applied);
    }

    [Fact]
    public async Task Change_OfAMessageInAttempt_IsAConflict()
    {
        using HttpResponseMessage? response = await _client.PostAsync($"queue/{Two}/remove", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Conflict, response!.StatusCode);
    }

    [Theory]
    [InlineData("queue/0000000000099", HttpStatusCode.NotFound)]
    [InlineData("queue/short", HttpStatusCode.BadRequest)]
    [InlineData("other", HttpStatusCode.NotFound)]
    public async Task Get_OfNothing_IsRefused(string path, HttpStatusCode status)
    {
        using HttpResponseMessage? response = await _client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(status, response!.StatusCode);
    }

    [Theory]
    [InlineData("explode")]
    [InlineData("0")]
    public async Task Change_UnknownAction_IsRefused(string action)
    {
        using HttpResponseMessage? response = await _client.PostAsync($"queue/{One}/{action}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response!.StatusCode);
        Assert.Empty(_store.Applied);
    }

    [Fact]
    public async Task Reload_WithProblems_TellsThem()
    {
        _problems.Add("edgesmtp.json:1: Hostname: is required");
        using HttpResponseMessage? response = await _client.PostAsync("reload", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response!.StatusCode);
        Assert.Equal("edgesmtp.json:1: Hostname: is required\n", await TextAsync(response));
    }

    [Fact]
    public async Task Get_WithoutAServer_IsNull()
    {
        using AdminClient nobody = new(_folder.PathOf("nobody.sock"));

        Assert.Null(await nobody.GetAsync("queue", TestContext.Current.CancellationToken));
    }

    private static async Task<string> TextAsync(HttpResponseMessage? response)
    {
        using (response)
        {
            return await response!.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
    }
}
