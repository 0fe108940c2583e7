using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Protocol.Qmtp;

/// <summary>Reads packages of QMTP, or of QMQP, one after another (cr.yp.to/proto/qmtp.txt, qmqp.txt). The message comes first and is given out as it arrives.</summary>
/// <remarks>Holds one address and nothing else. Each call of <see cref="Read"/> gives one event. Not thread-safe. Allocates nothing after construction.</remarks>
public sealed class QmtpPackageParser
{
    private readonly QmtpPackageKind _kind;
    private readonly QmtpLimits _limits;
    private readonly byte[] _address;
    private NetstringLength _length;
    private Place _place;
    private long _left;
    private long _containerLeft;
    private int _addressLength;

    /// <summary>Creates a parser.</summary>
    public QmtpPackageParser(QmtpPackageKind kind, QmtpLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _kind = kind;
        _limits = limits;
        _address = new byte[limits.AddressBytesMax];
        Begin();
    }

    private enum Place : byte
    {
        OuterLength,
        MessageLength,
        Coding,
        Message,
        MessageComma,
        SenderLength,
        Sender,
        SenderComma,
        ListLength,
        RecipientLength,
        Recipient,
        RecipientComma,
        ContainerComma,
        Failed,
    }

    /// <summary>Bytes of the message without its coding byte, known from <see cref="QmtpEvent.MessageStart"/> on.</summary>
    public long MessageBytes { get; private set; }

    /// <summary>How the message's lines end, known from <see cref="QmtpEvent.MessageStart"/> on.</summary>
    public ContentCoding Coding { get; private set; }

    /// <summary>What went wrong, when the event was <see cref="QmtpEvent.Error"/>.</summary>
    public QmtpError Error { get; private set; }

    /// <summary>Whether nothing of the next package has been read: a connection that ends here ends well.</summary>
    public bool IsAtStart { get; private set; }

    private bool InContainer => _kind == QmtpPackageKind.Qmqp
        ? _place is not (Place.OuterLength or Place.ContainerComma)
        : _place is Place.RecipientLength or Place.Recipient or Place.RecipientComma;

    /// <summary>Reads on to the next event.</summary>
    /// <param name="input">The next bytes.</param>
    /// <param name="consumed">Bytes used.</param>
    /// <param name="data">The piece of the message (within the input), or the sender or recipient (valid until the next call).</param>
    public QmtpEvent Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        consumed = 0;
        data = default;
        while (_place != Place.Failed)
        {
            // The list ends where its length said, and only between two recipients.
            if (_place == Place.RecipientLength && _containerLeft == 0 && !_length.IsStarted) _place = Place.ContainerComma;
            bool needsByte = !(_left == 0 && _place is Place.Message or Place.Sender or Place.Recipient);
            bool inContainer = InContainer;
            ReadOnlySpan<byte> available = input[consumed..];
            if (inContainer)
            {
                if (needsByte && _containerLeft == 0) return Fail(QmtpError.Overrun);
                if (available.Length > _containerLeft) available = available[..(int)_containerLeft];
            }

            if (needsByte && available.IsEmpty) return QmtpEvent.NeedMore;
            IsAtStart = false;
            QmtpEvent found = Step(available, out int used, out data);
            consumed += used;
            if (inContainer) _containerLeft -= used;
            if (found != QmtpEvent.NeedMore) return found;
        }

        return QmtpEvent.Error;
    }

    private QmtpEvent Step(ReadOnlySpan<byte> input, out int used, out ReadOnlySpan<byte> data)
    {
        data = default;
        switch (_place)
        {
            case Place.OuterLength:
                // Whatever fits the limits of the parts fits this one; the parts are checked again when they come.
                return ReadLength(input, _limits.MessageBytesMax + (2L * _limits.RecipientListBytesMax), Place.MessageLength, out used);
            case Place.MessageLength:
                return ReadMessageLength(input, out used);
            case Place.Coding:
                used = 1;
                return ReadCoding(input[0]);
            case Place.Message:
                return ReadMessage(input, out used, out data);
            case Place.MessageComma:
                return ReadComma(input, Place.SenderLength, QmtpEvent.MessageEnd, out used);
            case Place.SenderLength:
                return ReadLength(input, _limits.RecipientListBytesMax, Place.Sender, out used);
            case Place.Sender:
                return ReadAddress(input, Place.SenderComma, out used);
            case Place.SenderComma:
                data = Address;
                Place next = _kind == QmtpPackageKind.Qmtp ? Place.ListLength : Place.RecipientLength;
                return ReadComma(input, next, IsAddressTooLong ? QmtpEvent.SenderTooLong : QmtpEvent.Sender, out used);
            case Place.ListLength:
                return ReadLength(input, _limits.RecipientListBytesMax, Place.RecipientLength, out used);
            case Place.RecipientLength:
                return ReadLength(input, _limits.RecipientListBytesMax, Place.Recipient, out used);
            case Place.Recipient:
                return ReadAddress(input, Place.RecipientComma, out used);
            case Place.RecipientComma:
                data = Address;
                return ReadComma(input, Place.RecipientLength, IsAddressTooLong ? QmtpEvent.RecipientTooLong : QmtpEvent.Recipient, out used);
            default:
                QmtpEvent end = ReadComma(input, Place.ContainerComma, QmtpEvent.PackageEnd, out used);
                if (end == QmtpEvent.PackageEnd) Begin();
                return end;
        }
    }

    private ReadOnlySpan<byte> Address => IsAddressTooLong ? default : _address.AsSpan(0, _addressLength);

    private bool IsAddressTooLong => _addressLength > _address.Length;

    private void Begin()
    {
        _place = _kind == QmtpPackageKind.Qmqp ? Place.OuterLength : Place.MessageLength;
        _length = default;
        _containerLeft = 0;
        IsAtStart = true;
    }

    private QmtpEvent ReadLength(ReadOnlySpan<byte> input, long lengthMax, Place next, out int used)
    {
        bool bounded = InContainer;
        NetstringStatus status = _length.Read(input, lengthMax, out used);
        if (status == NetstringStatus.NeedMore) return QmtpEvent.NeedMore;
        if (status != NetstringStatus.Complete) return Fail(status == NetstringStatus.TooLong ? QmtpError.TooLong : QmtpError.BadLength);
        _left = _length.Value;
        _length = default;
        // The string and its comma must fit into what is left of the netstring around them.
        if (bounded && _left > _containerLeft - used - 1) return Fail(QmtpError.Overrun);
        if (next is Place.MessageLength || (next is Place.RecipientLength && _place == Place.ListLength)) _containerLeft = _left;
        _addressLength = 0;
        _place = next;
        return QmtpEvent.NeedMore;
    }

    private QmtpEvent ReadMessageLength(ReadOnlySpan<byte> input, out int used)
    {
        bool isQmtp = _kind == QmtpPackageKind.Qmtp;
        QmtpEvent found = ReadLength(input, _limits.MessageBytesMax, isQmtp ? Place.Coding : Place.Message, out used);
        if (found != QmtpEvent.NeedMore || _place == Place.MessageLength) return found;
        if (isQmtp) return _left == 0 ? Fail(QmtpError.BadCoding) : QmtpEvent.NeedMore;
        Coding = ContentCoding.Lf;
        MessageBytes = _left;
        return QmtpEvent.MessageStart;
    }

    private QmtpEvent ReadCoding(byte selector)
    {
        if (selector is not ((byte)'\n' or (byte)'\r')) return Fail(QmtpError.BadCoding);
        Coding = selector == '\n' ? ContentCoding.Lf : ContentCoding.Crlf;
        MessageBytes = --_left;
        _place = Place.Message;
        return QmtpEvent.MessageStart;
    }

    private QmtpEvent ReadMessage(ReadOnlySpan<byte> input, out int used, out ReadOnlySpan<byte> data)
    {
        used = (int)Math.Min(_left, input.Length);
        data = input[..used];
        _left -= used;
        if (_left == 0) _place = Place.MessageComma;
        return used > 0 ? QmtpEvent.MessageData : QmtpEvent.NeedMore;
    }

    private QmtpEvent ReadAddress(ReadOnlySpan<byte> input, Place next, out int used)
    {
        used = (int)Math.Min(_left, input.Length);
        if (_left > _address.Length - _addressLength) _addressLength = _address.Length + 1;
        if (!IsAddressTooLong)
        {
            input[..used].CopyTo(_address.AsSpan(_addressLength));
            _addressLength += used;
        }

        _left -= used;
        if (_left == 0) _place = next;
        return QmtpEvent.NeedMore;
    }

    private QmtpEvent ReadComma(ReadOnlySpan<byte> input, Place next, QmtpEvent found, out int used)
    {
        used = 1;
        if (input[0] != ',') return Fail(QmtpError.MissingComma);
        _place = next;
        return found;
    }

    private QmtpEvent Fail(QmtpError error)
    {
        Error = error;
        _place = Place.Failed;
        return QmtpEvent.Error;
    }
}
