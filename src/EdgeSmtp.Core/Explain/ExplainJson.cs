using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Explain;

/// <summary>The form of a batch in files and output: one line of JSON. Control characters of strangers are escaped, so that no line can be forged.</summary>
public static class ExplainJson
{
    private const int TextMax = 512;

    /// <summary>How the writer must be made. Not for web pages, so angle brackets stay as they are.</summary>
    public static JsonWriterOptions Options { get; } = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a batch as one object.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="batch">The batch.</param>
    public static void Write(Utf8JsonWriter json, ExplainBatch batch)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(batch);
        json.WriteStartObject();
        json.WriteString("session"u8, batch.Session);
        json.WriteString("started"u8, batch.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("listener"u8, batch.Listener);
        json.WriteString("client"u8, batch.Client.ToString());
        Put(json, "hello"u8, batch.Hello);
        Put(json, "tls"u8, batch.Tls);
        json.WriteStartArray("items"u8);
        foreach (ref readonly ExplainItem item in batch.Items)
        {
            json.WriteStartObject();
            Write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (batch.Omitted > 0)
        {
            json.WriteNumber("omitted"u8, batch.Omitted);
        }

        json.WriteEndObject();
    }

    /// <summary>The word for a kind.</summary>
    /// <param name="kind">The kind.</param>
    public static string WordOf(ExplainItemKind kind) => kind switch
    {
        ExplainItemKind.Call => "call",
        ExplainItemKind.Skip => "skip",
        ExplainItemKind.Fact => "fact",
        ExplainItemKind.Score => "score",
        ExplainItemKind.Mail => "mail",
        ExplainItemKind.Refused => "refused",
        ExplainItemKind.Message => "message",
        ExplainItemKind.Pending => "pending",
        ExplainItemKind.Quarantined => "quarantined",
        ExplainItemKind.Committed => "committed",
        _ => "ended",
    };

    private static void Write(Utf8JsonWriter json, in ExplainItem item)
    {
        json.WriteString("what"u8, WordOf(item.Kind));
        json.WriteNumber("at"u8, Math.Round(item.At.TotalSeconds, 3));
        Put(json, "stage"u8, item.Stage);
        Put(json, "filter"u8, item.Filter);
        if (item.Shadow)
        {
            json.WriteBoolean("shadow"u8, true);
        }

        if (item.Reply > 0)
        {
            json.WriteNumber("reply"u8, item.Reply);
        }

        Put(json, "verdict"u8, item.Verdict);
        Put(json, "outcome"u8, item.Outcome);
        Put(json, item.Kind is ExplainItemKind.Call or ExplainItemKind.Refused or ExplainItemKind.Quarantined or ExplainItemKind.Ended ? "reason"u8 : item.Kind == ExplainItemKind.Message ? "id"u8 : "name"u8, item.Name);
        WriteValue(json, item);
        Put(json, "detail"u8, item.Detail);
        Put(json, "transaction"u8, item.Transaction);
        Put(json, "from"u8, item.From);
        Put(json, "to"u8, item.To);
        if (item.Kind == ExplainItemKind.Call)
        {
            json.WriteNumber("took"u8, Math.Round(item.Took.TotalSeconds, 6));
        }
    }

    private static void WriteValue(Utf8JsonWriter json, in ExplainItem item)
    {
        if (item.Kind == ExplainItemKind.Score)
        {
            json.WriteNumber("points"u8, double.IsFinite(item.Points) ? item.Points : 0);
        }
        else if (item.Kind == ExplainItemKind.Fact)
        {
            Put(json, "value"u8, TextOf(item.Value));
        }
        else if (item.Value is Exception error)
        {
            Put(json, "error"u8, $"{error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>The text of a fact. It is another's type, so what its <c>ToString</c> throws is no reason to lose the line.</summary>
    private static string TextOf(object? value)
    {
        try
        {
            return value switch
            {
                null => "null",
                IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "null",
            };
        }
        catch (Exception error)
        {
            return $"{value!.GetType().Name} ({error.GetType().Name})";
        }
    }

    private static void Put(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value.AsSpan(0, Math.Min(value.Length, TextMax)));
        }
    }

    /// <summary>Bytes that are not UTF-8 become U+FFFD.</summary>
    private static void Put(Utf8JsonWriter json, ReadOnlySpan<byte> name, MailPath? path)
    {
        if (path is not null)
        {
            Span<char> text = stackalloc char[TextMax];
            int length = Encoding.UTF8.GetChars(path.Bytes.Span[..Math.Min(path.Bytes.Length, TextMax)], text);
            json.WriteString(name, text[..length]);
        }
    }
}
