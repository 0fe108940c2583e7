using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Core.Tls;

/// <summary>The clear-text side of a connection under TLS.</summary>
public sealed class TlsConnection : IDuplexPipe, IAsyncDisposable
{
    // Zero-byte reads keep an idle session from renting these 4 KiB.
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: 1024, leaveOpen: true);

    private readonly SslStream _stream;

    internal TlsConnection(SslStream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream, ReaderOptions);
        Output = PipeWriter.Create(stream, WriterOptions);
        string? serverName = string.IsNullOrEmpty(stream.TargetHostName) ? null : stream.TargetHostName;
        Info = new TlsInfo(NameOf(stream.SslProtocol), stream.NegotiatedCipherSuite.ToString(), serverName, stream.RemoteCertificate?.Subject);
    }

    /// <inheritdoc />
    public PipeReader Input { get; }

    /// <inheritdoc />
    public PipeWriter Output { get; }

    /// <summary>What was negotiated.</summary>
    public TlsInfo Info { get; }

    /// <summary>Says to the peer that nothing more comes (RFC 8446 §6.1). Broken connections are of no interest here.</summary>
    public async ValueTask ShutdownAsync()
    {
        try
        {
            await _stream.ShutdownAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException or AuthenticationException)
        {
        }
    }

    /// <summary>Gives the memory of TLS back; the pipes below stay open.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Input.CompleteAsync();
            // Completing flushes, and the peer may be gone.
            await Output.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
        }

        await _stream.DisposeAsync();
    }

    private static string NameOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls13 => "TLSv1.3",
        _ => protocol.ToString(),
    };
}
