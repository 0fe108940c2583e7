using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>The server's end of an <see cref="InMemoryTransport"/>.</summary>
internal sealed class InMemoryConnection : ConnectionContext
{
    private static int _count;

    private readonly CancellationTokenSource _closed = new();
    private readonly IDuplexPipe _transport;
    private readonly Action<ConnectionAbortedException> _abort;
    private int _isDisposed;

    public InMemoryConnection(IDuplexPipe transport, EndPoint local, EndPoint client, Action<ConnectionAbortedException> abort)
    {
        _transport = transport;
        _abort = abort;
        Transport = transport;
        LocalEndPoint = local;
        RemoteEndPoint = client;
        ConnectionClosed = _closed.Token;
    }

    public override string ConnectionId { get; set; } = $"memory-{Interlocked.Increment(ref _count)}";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public void FireClosed() => _closed.Cancel();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _abort(abortReason);
        FireClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            // Not Transport: middleware may have put a TLS stream in its place, and the connection itself must end.
            await _transport.Input.CompleteAsync();
            await _transport.Output.CompleteAsync();
            FireClosed();
            await base.DisposeAsync();
        }
    }
}
