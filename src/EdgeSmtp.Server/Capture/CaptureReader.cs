using System.Net;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Smtp;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Capture;

/// <summary>Reads what <see cref="CaptureJson"/> wrote.</summary>
internal static class CaptureReader
{
    /// <summary>Reads a file, or the files of a folder, oldest first.</summary>
    /// <param name="path">The file or folder.</param>
    /// <returns><see cref="CapturedSession"/>s and <see cref="CapturedAnswer"/>s in the order in which they were written. A line that a crash has cut in two is left out.</returns>
    /// <exception cref="InvalidDataException">A line is no record.</exception>
    public static IEnumerable<object> Read(string path)
    {
        foreach (string file in Directory.Exists(path) ? LineFiles.List(path) : [path])
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream, Encoding.UTF8);
            for (int number = 1; reader.ReadLine() is { } line; number++)
            {
                if (ReadLine(line, isLast: reader.Peek() < 0, $"{file}:{number}") is { } item)
                {
                    yield return item;
                }
            }
        }
    }

    private static object? ReadLine(string line, bool isLast, string place)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return root.TryGetProperty("session"u8, out _) ? ReadSession(root) : ReadAnswer(root);
        }
        catch (JsonException) when (isLast)
        {
            return null;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{place}: no record of a session or of an answer: {failure.Message}");
        }
    }

    private static CapturedSession ReadSession(JsonElement root) => new(root.GetProperty("steps"u8).EnumerateArray().Select(ReadStep))
    {
        Id = Text(root, "session"u8)!,
        Started = root.GetProperty("started"u8).GetDateTimeOffset(),
        Ended = root.GetProperty("ended"u8).GetDateTimeOffset(),
        Listener = Text(root, "listener"u8)!,
        Protocol = Word<SessionProtocol>(root, "protocol"u8),
        Client = IPEndPoint.Parse(Text(root, "client"u8)!),
        Local = IPEndPoint.Parse(Text(root, "local"u8)!),
        Tls = ReadTls(root),
        ClientName = root.TryGetProperty("name"u8, out JsonElement name) ? new ClientNameAnswer(Word<DnsStatus>(name, "status"u8), Text(name, "name"u8)) : null,
        Omitted = root.GetProperty("omitted"u8).GetInt32(),
    };

    private static CapturedStep ReadStep(JsonElement step)
    {
        MailPath? path = step.TryGetProperty("path"u8, out JsonElement text) ? ReadPath(text.GetString()!) : null;
        CapturedStepKind kind = Word<CapturedStepKind>(step, "what"u8);
        return new CapturedStep
        {
            Kind = kind,
            At = step.GetProperty("at"u8).GetDateTimeOffset(),
            Transaction = Text(step, "transaction"u8),
            Path = path,
            HelloKind = kind == CapturedStepKind.Hello ? Word<HelloKind>(step, "verb"u8) : default,
            Name = Text(step, "name"u8),
            Tls = ReadTls(step),
            Violation = kind == CapturedStepKind.Violation ? Word<ProtocolViolation>(step, "violation"u8) : default,
            Command = kind == CapturedStepKind.Mail ? ReadCommand(step, path!) : default,
            Content = step.TryGetProperty("content"u8, out JsonElement content) ? (ReadOnlyMemory<byte>?)content.GetBytesFromBase64() : null,
            Stage = Text(step, "stage"u8),
            Filter = Text(step, "filter"u8),
            Outcome = Text(step, "outcome"u8),
            Reason = Text(step, "reason"u8),
            Shadow = step.TryGetProperty("shadow"u8, out _),
        };
    }

    private static MailCommand ReadCommand(JsonElement step, MailPath path) => new()
    {
        ReversePath = path,
        SizeBytes = step.TryGetProperty("size"u8, out JsonElement size) ? size.GetInt64() : null,
        Body = Word<BodyType>(step, "body"u8),
        SmtpUtf8 = step.GetProperty("smtputf8"u8).GetBoolean(),
        Return = Word<DsnReturn>(step, "ret"u8),
        EnvelopeId = Text(step, "envid"u8),
    };

    private static MailPath ReadPath(string text) => MailPathParser.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out MailPath path) == PathError.None
        ? path
        : throw new FormatException($"'{text}' is no address");

    private static TlsInfo? ReadTls(JsonElement owner) => owner.TryGetProperty("tls"u8, out JsonElement tls)
        ? new TlsInfo(Text(tls, "protocol"u8)!, Text(tls, "cipher"u8)!, Text(tls, "server"u8), Text(tls, "subject"u8))
        : null;

    private static CapturedAnswer ReadAnswer(JsonElement root)
    {
        DnsRecordType type = Word<DnsRecordType>(root, "type"u8);
        return new CapturedAnswer(
            root.GetProperty("at"u8).GetDateTimeOffset(),
            Text(root, "dns"u8)!,
            type,
            new DnsAnswer(
                Word<DnsStatus>(root, "status"u8),
                [.. root.GetProperty("records"u8).EnumerateArray().Select(record => ReadRecord(record, type))],
                Seconds(root),
                root.GetProperty("authenticated"u8).GetBoolean()));
    }

    private static DnsRecord ReadRecord(JsonElement record, DnsRecordType type) => type switch
    {
        DnsRecordType.A or DnsRecordType.Aaaa => new DnsAddressRecord(IPAddress.Parse(Text(record, "address"u8)!), Seconds(record)),
        DnsRecordType.Mx => new DnsMxRecord(record.GetProperty("preference"u8).GetUInt16(), Text(record, "exchange"u8)!, Seconds(record)),
        DnsRecordType.Txt => new DnsTxtRecord(record.GetProperty("text"u8).GetBytesFromBase64(), Seconds(record)),
        DnsRecordType.Tlsa => new DnsTlsaRecord(
            record.GetProperty("usage"u8).GetByte(), record.GetProperty("selector"u8).GetByte(), record.GetProperty("matching"u8).GetByte(), record.GetProperty("data"u8).GetBytesFromBase64(), Seconds(record)),
        _ => new DnsNameRecord(Text(record, "name"u8)!, Seconds(record)),
    };

    private static TimeSpan Seconds(JsonElement owner) => TimeSpan.FromSeconds(owner.GetProperty("ttl"u8).GetDouble());

    private static T Word<T>(JsonElement owner, ReadOnlySpan<byte> name)
        where T : struct, Enum => Enum.Parse<T>(owner.GetProperty(name).GetString()!);

    private static string? Text(JsonElement owner, ReadOnlySpan<byte> name) => owner.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
