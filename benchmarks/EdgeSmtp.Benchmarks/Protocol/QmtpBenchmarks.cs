using System.Buffers;
using BenchmarkDotNet.Attributes;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Netstrings;
using EdgeSmtp.Protocol.Qmtp;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Benchmarks.Protocol;

/// <summary>A QMTP package of 4 KB for one recipient, and a netstring.</summary>
[MemoryDiagnoser]
public class QmtpBenchmarks
{
    private static readonly byte[] Netstring = "26:abcdefghijklmnopqrstuvwxyz,"u8.ToArray();
    private readonly QmtpPackageParser _parser = new(QmtpPackageKind.Qmtp, QmtpLimits.Default);
    private byte[] _package = [];

    [GlobalSetup]
    public void Setup()
    {
        byte[] content = BenchmarkMail.Content(4096);
        ArrayBufferWriter<byte> output = new();
        QmtpPackageWriter.WriteStart(content.Length, ContentCoding.Lf, output);
        output.Write(content);
        QmtpAddress.TryParse("a@client.test"u8, out MailPath sender);
        QmtpAddress.TryParse("user@relay.test"u8, out MailPath recipient);
        QmtpPackageWriter.WriteEnvelope(sender, [recipient], output);
        _package = output.WrittenSpan.ToArray();
    }

    [Benchmark]
    public int ReadPackage()
    {
        ReadOnlySpan<byte> rest = _package;
        for (int events = 1; ; events++)
        {
            QmtpEvent found = _parser.Read(rest, out int consumed, out _);
            rest = rest[consumed..];
            switch (found)
            {
                case QmtpEvent.PackageEnd:
                    return events;
                case QmtpEvent.Error or QmtpEvent.NeedMore:
                    throw new InvalidOperationException(found.ToString());
            }
        }
    }

    [Benchmark]
    public NetstringStatus ReadNetstring()
    {
        NetstringParser parser = new(lengthMax: 1024);
        return parser.Read(Netstring, out _, out _);
    }
}
