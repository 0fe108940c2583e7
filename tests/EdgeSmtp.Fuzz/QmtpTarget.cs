using System.Buffers;
using System.IO.Hashing;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Qmtp;

namespace EdgeSmtp.Fuzz;

/// <summary>Packages of QMTP and QMQP and replies to them: their parts come in order and within the limits, however they are cut, and an address that is taken is one of SMTP too.</summary>
public sealed class QmtpTarget : IFuzzTarget
{
    private const int MessageBytesMax = 500;
    private const int AddressBytesMax = 40;

    public string Name => "qmtp";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Protocol.dll"];

    public void Run(ReadOnlySpan<byte> input)
    {
        foreach (QmtpPackageKind kind in (ReadOnlySpan<QmtpPackageKind>)[QmtpPackageKind.Qmtp, QmtpPackageKind.Qmqp])
        {
            ulong whole = Read(kind, input, input.Length + 1);
            foreach (int length in Pieces.Of(input)) Broken.Unless(whole == Read(kind, input, length), $"pieces of {length} bytes are the same packages");
        }

        CheckReply(input);
    }

    private static ulong Read(QmtpPackageKind kind, ReadOnlySpan<byte> input, int length)
    {
        QmtpPackageParser parser = new(kind, new QmtpLimits { MessageBytesMax = MessageBytesMax, AddressBytesMax = AddressBytesMax, RecipientListBytesMax = 200 });
        Told told = new();
        for (int at = 0; at < input.Length;)
        {
            ReadOnlySpan<byte> piece = Pieces.At(input, at, length);
            QmtpEvent found = parser.Read(piece, out int consumed, out ReadOnlySpan<byte> data);
            Broken.Unless(consumed > 0 || found == QmtpEvent.Error, "every call goes on");
            Broken.Unless(consumed == piece.Length || found != QmtpEvent.NeedMore, "more is asked for when all is used");
            at += consumed;
            told.Take(found, data, parser);
            if (found == QmtpEvent.Error) break;
        }

        return told.Sum;
    }

    private static void CheckReply(ReadOnlySpan<byte> input)
    {
        if (QmtpReply.TryRead(input, out QmtpReply? reply, out int consumed) != NetstringStatus.Complete) return;
        Broken.Unless(consumed <= input.Length && !reply!.Text.Any(char.IsControl), "a reply is printable");
        ArrayBufferWriter<byte> written = new();
        reply!.WriteTo(written);
        Broken.Unless(QmtpReply.TryRead(written.WrittenSpan, out QmtpReply? again, out consumed) == NetstringStatus.Complete && consumed == written.WrittenCount, "what we write is one reply");
        Broken.Unless(again!.Kind == reply.Kind, "of the same kind");
    }

    /// <summary>Keeps the order of events, and condenses what they say to a number, leaving out how the message was cut.</summary>
    private sealed class Told
    {
        private readonly XxHash64 _hash = new();
        private QmtpEvent _last = QmtpEvent.PackageEnd;
        private long _message;

        public ulong Sum => _hash.GetCurrentHashAsUInt64();

        public void Take(QmtpEvent found, ReadOnlySpan<byte> data, QmtpPackageParser parser)
        {
            if (found == QmtpEvent.NeedMore) return;
            Broken.Unless(found == QmtpEvent.Error || IsInOrder(found), $"{found} does not follow {_last}");
            Broken.Unless((found == QmtpEvent.Error) == (parser.Error != QmtpError.None), "an error has its reason");
            if (found != QmtpEvent.MessageData) _hash.Append([(byte)found, (byte)parser.Error]);
            _hash.Append(data);
            _last = found;
            switch (found)
            {
                case QmtpEvent.MessageStart:
                    Broken.Unless(parser.MessageBytes is >= 0 and <= MessageBytesMax, "a message has its limit");
                    _message = 0;
                    break;
                case QmtpEvent.MessageData:
                    _message += data.Length;
                    break;
                case QmtpEvent.MessageEnd:
                    Broken.Unless(_message == parser.MessageBytes, "a message is as long as it said");
                    break;
                case QmtpEvent.Sender or QmtpEvent.Recipient:
                    CheckAddress(data);
                    break;
                case QmtpEvent.PackageEnd:
                    Broken.Unless(parser.IsAtStart, "behind a package begins the next");
                    break;
            }
        }

        private bool IsInOrder(QmtpEvent found) => found switch
        {
            QmtpEvent.MessageStart => _last is QmtpEvent.PackageEnd,
            QmtpEvent.MessageData => _last is QmtpEvent.MessageStart or QmtpEvent.MessageData,
            QmtpEvent.MessageEnd => _last is QmtpEvent.MessageStart or QmtpEvent.MessageData,
            QmtpEvent.Sender or QmtpEvent.SenderTooLong => _last is QmtpEvent.MessageEnd,
            _ => _last is QmtpEvent.Sender or QmtpEvent.SenderTooLong or QmtpEvent.Recipient or QmtpEvent.RecipientTooLong,
        };

        private static void CheckAddress(ReadOnlySpan<byte> address)
        {
            Broken.Unless(address.Length <= AddressBytesMax, "an address has its limit");
            if (QmtpAddress.TryParse(address, out MailPath path) != PathError.None) return;
            CheckedPath.Check(path);
            Broken.Unless(QmtpAddress.TryParse(QmtpAddress.ToWire(path), out MailPath again) == PathError.None && again.Equals(path), $"'{path}' is the same at the next hop");
        }
    }
}
