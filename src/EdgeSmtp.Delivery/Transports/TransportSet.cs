using EdgeSmtp.Delivery.Routing;

namespace EdgeSmtp.Delivery.Transports;

/// <summary>One transport of each kind; destinations share them.</summary>
internal sealed class TransportSet(ITransport smtp, ITransport qmtp, ITransport maildir, ITransport discard)
{
    /// <summary>The transport of a kind.</summary>
    public ITransport For(TransportKind kind) => kind switch
    {
        TransportKind.Qmtp => qmtp,
        TransportKind.Maildir => maildir,
        TransportKind.Discard => discard,
        _ => smtp,
    };
}
