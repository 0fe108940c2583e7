using System.Buffers.Binary;
using System.Formats.Asn1;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>A connection to one server. One question at a time; whoever gives up in the middle of one throws the connection away.</summary>
internal sealed class LdapLink(LdapServer server, Stream stream) : IAsyncDisposable
{
    // Without attributes an entry is little more than its name, and a result little more than its text.
    private const int MessageBytesMax = 256 << 10;
    private const int MessagesMax = 1_000;
    private const int SequenceTag = 0x30;
    private const int LongForm = 0x80;
    private const int LengthOctetsMax = 4;

    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(1);

    private readonly byte[] _header = new byte[2 + LengthOctetsMax];
    private int _lastId;
    private bool _isWhole = true;

    public LdapServer Server => server;

    /// <summary>Authenticates.</summary>
    /// <exception cref="LdapLinkException">The server refuses, or the connection fails.</exception>
    public async Task BindAsync(string name, string password, CancellationToken cancellationToken)
    {
        LdapReply reply = await AskAsync(id => LdapRequests.Bind(id, name, password), LdapReply.BindResponse, cancellationToken).ConfigureAwait(false);
        if (reply.Code != LdapResultCode.Success)
        {
            throw new LdapLinkException($"bind: {LdapResultCode.Describe(reply)}");
        }
    }

    /// <summary>Asks the server to begin with TLS. Nothing is read ahead, so what somebody may have slipped in behind the answer ends in the handshake.</summary>
    /// <exception cref="LdapLinkException">It does not, or the connection fails.</exception>
    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        LdapReply reply = await AskAsync(LdapRequests.StartTls, LdapReply.ExtendedResponse, cancellationToken).ConfigureAwait(false);
        if (reply.Code != LdapResultCode.Success)
        {
            throw new LdapLinkException($"StartTLS: {LdapResultCode.Describe(reply)}");
        }
    }

    /// <summary>Searches. Only a search that succeeded says "unknown".</summary>
    /// <exception cref="LdapLinkException">The connection fails, or the server wants to be left alone.</exception>
    public async Task<RecipientAnswer> FindAsync(LdapQuestion question, string address, CancellationToken cancellationToken)
    {
        int id = await SendAsync(number => question.For(number, address), cancellationToken).ConfigureAwait(false);
        int entries = 0;
        int references = 0;
        for (int messages = 0; messages < MessagesMax; messages++)
        {
            LdapReply reply = await ReceiveAsync(id, cancellationToken).ConfigureAwait(false);
            switch (reply.Operation)
            {
                case LdapReply.SearchEntry:
                    entries++;
                    break;
                case LdapReply.SearchReference:
                    references++;
                    break;
                case LdapReply.SearchDone:
                    _isWhole = true;
                    return Judge(reply, entries, references, question.IgnoreReferences);
                default:
                    throw Junk();
            }
        }

        throw Junk();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isWhole)
        {
            using CancellationTokenSource limit = new(FarewellLimit, TimeProvider.System);
            try
            {
                await stream.WriteAsync(LdapRequests.Unbind(++_lastId), limit.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // It is gone already.
            }
        }

        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private static LdapLinkException Junk(Exception? inner = null) => new("what came is no answer of LDAP", inner);

    private RecipientAnswer Judge(LdapReply done, int entries, int references, bool ignoreReferences)
    {
        switch (done.Code)
        {
            case LdapResultCode.Success or LdapResultCode.SizeLimitExceeded when entries > 0:
                return RecipientAnswer.Known;
            case LdapResultCode.Success when references == 0 || ignoreReferences:
                return RecipientAnswer.Unknown;
            case LdapResultCode.Success:
                return RecipientAnswer.TemporaryFailure($"{server}: it refers to other servers, which are not asked");
            case LdapResultCode.Busy or LdapResultCode.Unavailable:
                throw new LdapLinkException(LdapResultCode.Describe(done));
            default:
                return RecipientAnswer.TemporaryFailure($"{server}: {LdapResultCode.Describe(done)}");
        }
    }

    private async Task<LdapReply> AskAsync(Func<int, byte[]> request, int expected, CancellationToken cancellationToken)
    {
        int id = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        LdapReply reply = await ReceiveAsync(id, cancellationToken).ConfigureAwait(false);
        _isWhole = true;
        return reply.Operation == expected ? reply : throw Junk();
    }

    private async Task<int> SendAsync(Func<int, byte[]> request, CancellationToken cancellationToken)
    {
        // From here until the answer is complete, the connection is in the middle of something.
        _isWhole = false;
        int id = ++_lastId;
        try
        {
            await stream.WriteAsync(request(id), cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            return id;
        }
        catch (IOException error)
        {
            throw new LdapLinkException(error.Message, error);
        }
    }

    private async Task<LdapReply> ReceiveAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            byte[] message = await ReadMessageAsync(cancellationToken).ConfigureAwait(false);
            LdapReply reply = LdapReply.Read(message);

            // Number 0 is the notice of disconnection (RFC 4511 §4.4.1); any other answers what was not asked.
            return reply.Id == id ? reply : throw (reply.Id == 0 ? new LdapLinkException($"it ends the connection: {LdapResultCode.Describe(reply)}") : Junk());
        }
        catch (AsnContentException error)
        {
            throw Junk(error);
        }
        catch (EndOfStreamException error)
        {
            throw new LdapLinkException("the connection is lost", error);
        }
        catch (IOException error)
        {
            throw new LdapLinkException(error.Message, error);
        }
    }

    // LDAPMessage ::= SEQUENCE, its length in the definite form (RFC 4511 §5.1).
    private async Task<byte[]> ReadMessageAsync(CancellationToken cancellationToken)
    {
        await stream.ReadExactlyAsync(_header.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        if (_header[0] != SequenceTag)
        {
            throw Junk();
        }

        int headerLength = 2;
        long length = _header[1];
        if (length >= LongForm)
        {
            int octets = (int)length - LongForm;
            if (octets is 0 or > LengthOctetsMax)
            {
                throw Junk();
            }

            await stream.ReadExactlyAsync(_header.AsMemory(2, octets), cancellationToken).ConfigureAwait(false);
            headerLength += octets;
            Span<byte> wide = stackalloc byte[sizeof(uint)];
            _header.AsSpan(2, octets).CopyTo(wide[^octets..]);
            length = BinaryPrimitives.ReadUInt32BigEndian(wide);
        }

        if (length > MessageBytesMax)
        {
            throw Junk();
        }

        byte[] message = new byte[headerLength + (int)length];
        _header.AsSpan(0, headerLength).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(headerLength), cancellationToken).ConfigureAwait(false);
        return message;
    }
}
