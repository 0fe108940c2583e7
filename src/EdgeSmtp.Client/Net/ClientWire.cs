using System.Net.Security;
using System.Net.Sockets;

namespace EdgeSmtp.Client.Net;

/// <summary>
/// The bytes of one connection to a server, in clear or over TLS: gathered writes, a bounded read buffer, and a deadline for every wait.
/// Throws <see cref="WireException"/> when the connection is gone. One operation at a time in each direction.
/// </summary>
internal sealed class ClientWire : IDisposable
{
    private const int ReadBytes = 8 * 1024;

    private readonly Socket _socket;
    private readonly Deadline _readDeadline;
    private readonly Deadline _writeDeadline;
    private readonly byte[] _input = new byte[ReadBytes];
    private Stream _stream;
    private int _start;
    private int _end;

    public ClientWire(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _readDeadline = new Deadline(time);
        _writeDeadline = new Deadline(time);
    }

    /// <summary>Where commands and content are gathered until <see cref="FlushAsync"/>.</summary>
    public OutputBuffer Output { get; } = new();

    /// <summary>The TLS of the connection; <c>null</c> in clear.</summary>
    public SslStream? Tls => _stream as SslStream;

    /// <summary>Bytes read and not yet used.</summary>
    public ReadOnlySpan<byte> Buffered => _input.AsSpan(_start, _end - _start);

    /// <summary>Whether an idle connection must not be used again: the server has closed it, or has said something unasked, such as 421.</summary>
    public bool IsStale
    {
        get
        {
            try
            {
                return _end > _start || _socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Lets the caller of an operation end its waits.</summary>
    public void Link(CancellationToken outer)
    {
        _readDeadline.Link(outer);
        _writeDeadline.Link(outer);
    }

    /// <summary>Ends what <see cref="Link"/> began, and gives the write buffer back.</summary>
    public void Unlink()
    {
        _readDeadline.Unlink();
        _writeDeadline.Unlink();
        Output.Dispose();
    }

    /// <summary>Uses up bytes of <see cref="Buffered"/>.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Begins a wait that may take several reads, so that a server cannot stretch it by sending a byte now and then.</summary>
    public void BeginWait(TimeSpan timeout) => _readDeadline.Arm(timeout);

    /// <summary>Ends the wait.</summary>
    public void EndWait() => _readDeadline.Disarm();

    /// <summary>Reads more bytes behind <see cref="Buffered"/>.</summary>
    public async ValueTask FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _input.Length)
        {
            if (_start == 0) throw new WireException(WireFailure.OutOfStep, "the server sent more than fits in one reply");
            Buffered.CopyTo(_input);
            _end -= _start;
            _start = 0;
        }

        int read;
        try
        {
            read = await _stream.ReadAsync(_input.AsMemory(_end), _readDeadline.Token);
        }
        catch (Exception error) when (Broken(error))
        {
            throw Translate(error, _readDeadline);
        }

        if (read == 0) throw new WireException(WireFailure.Closed, "the server closed the connection");
        _end += read;
    }

    /// <summary>Sends what was gathered.</summary>
    public async ValueTask FlushAsync(TimeSpan timeout)
    {
        if (Output.Length == 0) return;
        await SendAsync(Output.Written, timeout);
        Output.Clear();
    }

    /// <summary>Sends bytes as they lie, without gathering them.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan timeout)
    {
        _writeDeadline.Arm(timeout);
        try
        {
            await _stream.WriteAsync(bytes, _writeDeadline.Token);
        }
        catch (Exception error) when (Broken(error))
        {
            throw Translate(error, _writeDeadline);
        }
        finally
        {
            _writeDeadline.Disarm();
        }
    }

    /// <summary>Changes to TLS. A failed handshake leaves the connection unusable.</summary>
    public async ValueTask StartTlsAsync(SslClientAuthenticationOptions options, TimeSpan timeout)
    {
        SslStream tls = new(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        _readDeadline.Arm(timeout);
        try
        {
            await tls.AuthenticateAsClientAsync(options, _readDeadline.Token);
        }
        catch (Exception error) when (Broken(error))
        {
            throw Translate(error, _readDeadline);
        }
        finally
        {
            _readDeadline.Disarm();
        }
    }

    /// <summary>Says that nothing more will be sent; what the server still says can be read.</summary>
    public void HalfClose()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stream.Dispose();
        _readDeadline.Dispose();
        _writeDeadline.Dispose();
        Output.Dispose();
    }

    /// <summary>Everything that a broken connection or handshake throws; anything else is a bug and passes.</summary>
    private static bool Broken(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException or InvalidOperationException
        && error is not WireException;

    private static WireException Translate(Exception error, Deadline deadline)
    {
        if (error is OperationCanceledException)
        {
            deadline.ThrowIfGivenUp();
            return new WireException(WireFailure.TimedOut, "the server did not answer in time", error);
        }

        return error is System.Security.Authentication.AuthenticationException
            ? new WireException(WireFailure.OutOfStep, $"TLS failed: {Innermost(error)}", error)
            : new WireException(WireFailure.Closed, "the connection was lost", error);
    }

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error.Message;
    }
}
