using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace EdgeSmtp.Testing.Scripts;

/// <summary>The client's end of an <see cref="InMemoryTransport"/>.</summary>
internal sealed class InMemoryPeer(IDuplexPipe pipes, Action closed) : ScriptPeer
{
    public override Stream Stream { get; } = new DuplexStream(pipes.Input.AsStream(), pipes.Output.AsStream());

    public override async ValueTask HalfCloseAsync()
    {
        await pipes.Output.CompleteAsync();
        closed();
    }

    public override void Reset()
    {
        pipes.Output.Complete(new ConnectionResetException("Connection reset by peer"));
        pipes.Input.Complete();
        closed();
    }

    public override async ValueTask DisposeAsync()
    {
        await pipes.Output.CompleteAsync();
        await pipes.Input.CompleteAsync();
        closed();
    }
}
