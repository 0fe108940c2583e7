using System.Text;
using System.Text.Json;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Capture;

namespace EdgeSmtp.Server.Capture;

/// <summary>Writes the lines of a record; <see cref="CaptureReader"/> reads them.</summary>
internal static class CaptureJson
{
    /// <summary>Writes a session.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="session">The session.</param>
    public static void Write(Utf8JsonWriter json, CapturedSession session)
    {
        json.WriteStartObject();
        json.WriteString("session"u8, session.Id);
        json.WriteString("started"u8, session.Started);
        json.WriteString("ended"u8, session.Ended);
        json.WriteString("listener"u8, session.Listener);
        json.WriteString("protocol"u8, session.Protocol.ToString());
        json.WriteString("client"u8, session.Client.ToString());
        json.WriteString("local"u8, session.Local.ToString());
        WriteTls(json, session.Tls);
        if (session.ClientName is { } name)
        {
            json.WriteStartObject("name"u8);
            json.WriteString("status"u8, name.Status.ToString());
            json.WriteString("name"u8, name.Name);
            json.WriteEndObject();
        }

        json.WriteNumber("omitted"u8, session.Omitted);
        json.WriteStartArray("steps"u8);
        foreach (CapturedStep step in session.Steps)
        {
            json.WriteStartObject();
            Write(json, step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes an answer of the DNS.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="captured">The answer.</param>
    public static void Write(Utf8JsonWriter json, CapturedAnswer captured)
    {
        json.WriteStartObject();
        json.WriteString("dns"u8, captured.Name);
        json.WriteString("type"u8, captured.Type.ToString());
        json.WriteString("at"u8, captured.At);
        json.WriteString("status"u8, captured.Answer.Status.ToString());
        json.WriteNumber("ttl"u8, captured.Answer.Ttl.TotalSeconds);
        json.WriteBoolean("authenticated"u8, captured.Answer.Authenticated);
        json.WriteStartArray("records"u8);
        foreach (DnsRecord record in captured.Answer.Records)
        {
            json.WriteStartObject();
            json.WriteNumber("ttl"u8, record.Ttl.TotalSeconds);
            Write(json, record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CapturedStep step)
    {
        json.WriteString("what"u8, step.Kind.ToString());
        json.WriteString("at"u8, step.At);
        Put(json, "transaction"u8, step.Transaction);
        if (step.Path is { } path)
        {
            json.WriteString("path"u8, path.Bytes.Span);
        }

        switch (step.Kind)
        {
            case CapturedStepKind.Hello:
                json.WriteString("verb"u8, step.HelloKind.ToString());
                Put(json, "name"u8, step.Name);
                WriteTls(json, step.Tls);
                break;
            case CapturedStepKind.Violation:
                json.WriteString("violation"u8, step.Violation.ToString());
                break;
            case CapturedStepKind.Mail:
                WriteCommand(json, step);
                break;
            case CapturedStepKind.Content when step.Content is { } content:
                json.WriteBase64String("content"u8, content.Span);
                break;
        }

        Put(json, "stage"u8, step.Stage);
        Put(json, "filter"u8, step.Filter);
        Put(json, "outcome"u8, step.Outcome);
        Put(json, "reason"u8, step.Reason);
        if (step.Shadow)
        {
            json.WriteBoolean("shadow"u8, true);
        }
    }

    private static void WriteCommand(Utf8JsonWriter json, CapturedStep step)
    {
        if (step.Command.SizeBytes is { } size)
        {
            json.WriteNumber("size"u8, size);
        }

        json.WriteString("body"u8, step.Command.Body.ToString());
        json.WriteBoolean("smtputf8"u8, step.Command.SmtpUtf8);
        json.WriteString("ret"u8, step.Command.Return.ToString());
        Put(json, "envid"u8, step.Command.EnvelopeId);
    }

    private static void WriteTls(Utf8JsonWriter json, TlsInfo? tls)
    {
        if (tls is not null)
        {
            json.WriteStartObject("tls"u8);
            json.WriteString("protocol"u8, tls.Protocol);
            json.WriteString("cipher"u8, tls.CipherSuite);
            Put(json, "server"u8, tls.ServerName);
            Put(json, "subject"u8, tls.ClientCertificateSubject);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, DnsRecord record)
    {
        switch (record)
        {
            case DnsAddressRecord address:
                json.WriteString("address"u8, address.Address.ToString());
                break;
            case DnsMxRecord mx:
                json.WriteNumber("preference"u8, mx.Preference);
                json.WriteString("exchange"u8, mx.Exchange);
                break;
            case DnsTxtRecord txt:
                json.WriteBase64String("text"u8, txt.Text.Span);
                break;
            case DnsNameRecord name:
                json.WriteString("name"u8, name.Name);
                break;
            case DnsTlsaRecord tlsa:
                json.WriteNumber("usage"u8, tlsa.Usage);
                json.WriteNumber("selector"u8, tlsa.Selector);
                json.WriteNumber("matching"u8, tlsa.MatchingType);
                json.WriteBase64String("data"u8, tlsa.Data.Span);
                break;
        }
    }

    private static void Put(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            // Half a surrogate pair of a stranger is no reason to lose the line.
            json.WriteString(name, Encoding.UTF8.GetBytes(value));
        }
    }
}
