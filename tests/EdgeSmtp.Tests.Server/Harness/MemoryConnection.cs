using System.IO.Pipelines;
using System.Net;
using EdgeSmtp.Core.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeSmtp.Tests.Server.Harness;

/// <summary>A connection that lies in memory. What the client sends is handled before its flush returns, unless the server waits for something else.</summary>
internal sealed class MemoryConnection : ConnectionContext
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Pipe _toServer = new(Options(PipeScheduler.Inline));
    private readonly Pipe _toClient = new(Options(PipeScheduler.ThreadPool));

    public MemoryConnection(IPEndPoint client, IPEndPoint local)
    {
        RemoteEndPoint = client;
        LocalEndPoint = local;
        Transport = new Duplex(_toServer.Reader, _toClient.Writer);
        ClientStream = new DuplexPipeStream(_toClient.Reader, _toServer.Writer);
    }

    public override string ConnectionId { get; set; } = "memory";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override CancellationToken ConnectionClosed
    {
        get => _closed.Token;
        set => throw new NotSupportedException();
    }

    public Stream ClientStream { get; }

    public PipeReader ClientReader => _toClient.Reader;

    public PipeWriter ClientWriter => _toServer.Writer;

    public bool IsAborted { get; private set; }

    /// <summary>Bytes that were sent to the client and not read by it.</summary>
    public long UnreadByClient
    {
        get
        {
            if (!_toClient.Reader.TryRead(out ReadResult result))
            {
                return 0;
            }

            _toClient.Reader.AdvanceTo(result.Buffer.Start);
            return result.Buffer.Length;
        }
    }

    /// <summary>The client ends its half, as a FIN does: ConnectionClosed fires although our replies still arrive.</summary>
    public void EndClientHalf()
    {
        _toServer.Writer.Complete();
        _closed.Cancel();
    }

    /// <summary>The client resets the connection.</summary>
    public void Reset()
    {
        _toServer.Writer.Complete(new ConnectionResetException("reset by the test"));
        _toClient.Reader.Complete();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        IsAborted = true;
        _toClient.Writer.CancelPendingFlush();
        _toServer.Writer.Complete(abortReason);
    }

    /// <summary>What Kestrel does when the handler has returned.</summary>
    public void Finish()
    {
        _toClient.Writer.Complete();
        _toServer.Reader.Complete();
    }

    private static PipeOptions Options(PipeScheduler reader) => new(readerScheduler: reader, writerScheduler: PipeScheduler.ThreadPool, useSynchronizationContext: false);

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
