using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSmtp.Core.Timing;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Core.Explain;

/// <summary>The form of a batch in files and output: one line of JSON. Control characters of strangers are escaped, so that no line can be forged.</summary>
public static class ExplainJson
{
    private const int TextMax = 512;
    private const int AddressMax = 65;

    private static readonly JsonEncodedText[] Words = [.. Enum.GetValues<ExplainItemKind>().Select(static kind => JsonEncodedText.Encode(WordOf(kind)))];

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
        json.WriteString(Names.Session, batch.Session);
        json.WriteString(Names.Started, UtcText.Write(batch.Started, stackalloc byte[UtcText.BytesMax]));
        json.WriteString(Names.Listener, batch.Listener);
        Put(json, Names.Client, batch.Client);
        Put(json, Names.Hello, batch.Hello);
        Put(json, Names.Tls, batch.Tls);
        json.WriteStartArray(Names.Items);
        foreach (ref readonly ExplainItem item in batch.Items)
        {
            json.WriteStartObject();
            Write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (batch.Omitted > 0)
        {
            json.WriteNumber(Names.Omitted, batch.Omitted);
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
        json.WriteString(Names.What, Words[(int)item.Kind]);
        PutSeconds(json, Names.At, item.At, decimals: 3);
        Put(json, Names.Stage, item.Stage);
        Put(json, Names.Filter, item.Filter);
        if (item.Shadow)
        {
            json.WriteBoolean(Names.Shadow, true);
        }

        if (item.Reply > 0)
        {
            json.WriteNumber(Names.Reply, item.Reply);
        }

        Put(json, Names.Verdict, item.Verdict);
        Put(json, Names.Outcome, item.Outcome);
        Put(json, NameOf(item.Kind), item.Name);
        WriteValue(json, item);
        Put(json, Names.Detail, item.Detail);
        Put(json, Names.Transaction, item.Transaction);
        Put(json, Names.From, item.From);
        Put(json, Names.To, item.To);
        if (item.Kind == ExplainItemKind.Call)
        {
            PutSeconds(json, Names.Took, item.Took, decimals: 6);
        }
    }

    private static JsonEncodedText NameOf(ExplainItemKind kind) => kind switch
    {
        ExplainItemKind.Call or ExplainItemKind.Refused or ExplainItemKind.Quarantined or ExplainItemKind.Ended => Names.Reason,
        ExplainItemKind.Message => Names.Id,
        _ => Names.Name,
    };

    private static void WriteValue(Utf8JsonWriter json, in ExplainItem item)
    {
        if (item.Kind == ExplainItemKind.Score)
        {
            json.WriteNumber(Names.Points, double.IsFinite(item.Points) ? item.Points : 0);
        }
        else if (item.Kind == ExplainItemKind.Fact)
        {
            Put(json, Names.Value, TextOf(item.Value));
        }
        else if (item.Value is Exception error)
        {
            Put(json, Names.Error, $"{error.GetType().Name}: {error.Message}");
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

    private static void Put(Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value.AsSpan(0, Math.Min(value.Length, TextMax)));
        }
    }

    /// <summary>Bytes that are not UTF-8 become U+FFFD.</summary>
    private static void Put(Utf8JsonWriter json, JsonEncodedText name, MailPath? path)
    {
        if (path is not null)
        {
            Span<char> text = stackalloc char[TextMax];
            int length = Encoding.UTF8.GetChars(path.Bytes.Span[..Math.Min(path.Bytes.Length, TextMax)], text);
            json.WriteString(name, text[..length]);
        }
    }

    private static void Put(Utf8JsonWriter json, JsonEncodedText name, IPAddress address)
    {
        Span<byte> text = stackalloc byte[AddressMax];
        address.TryFormat(text, out int length);
        json.WriteString(name, text[..length]);
    }

    /// <summary>As a decimal, which is written digit by digit; the shortest form of a double has to be searched for.</summary>
    private static void PutSeconds(Utf8JsonWriter json, JsonEncodedText name, TimeSpan time, byte decimals)
    {
        long units = Math.Max(decimals == 3 ? (long)time.TotalMilliseconds : (long)time.TotalMicroseconds, 0);
        json.WriteNumber(name, new decimal((int)units, (int)(units >> 32), 0, isNegative: false, decimals));
    }

    /// <summary>Names that are encoded once and for all.</summary>
    private static class Names
    {
        public static readonly JsonEncodedText Session = JsonEncodedText.Encode("session"u8);
        public static readonly JsonEncodedText Started = JsonEncodedText.Encode("started"u8);
        public static readonly JsonEncodedText Listener = JsonEncodedText.Encode("listener"u8);
        public static readonly JsonEncodedText Client = JsonEncodedText.Encode("client"u8);
        public static readonly JsonEncodedText Hello = JsonEncodedText.Encode("hello"u8);
        public static readonly JsonEncodedText Tls = JsonEncodedText.Encode("tls"u8);
        public static readonly JsonEncodedText Items = JsonEncodedText.Encode("items"u8);
        public static readonly JsonEncodedText Omitted = JsonEncodedText.Encode("omitted"u8);
        public static readonly JsonEncodedText What = JsonEncodedText.Encode("what"u8);
        public static readonly JsonEncodedText At = JsonEncodedText.Encode("at"u8);
        public static readonly JsonEncodedText Stage = JsonEncodedText.Encode("stage"u8);
        public static readonly JsonEncodedText Filter = JsonEncodedText.Encode("filter"u8);
        public static readonly JsonEncodedText Shadow = JsonEncodedText.Encode("shadow"u8);
        public static readonly JsonEncodedText Reply = JsonEncodedText.Encode("reply"u8);
        public static readonly JsonEncodedText Verdict = JsonEncodedText.Encode("verdict"u8);
        public static readonly JsonEncodedText Outcome = JsonEncodedText.Encode("outcome"u8);
        public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason"u8);
        public static readonly JsonEncodedText Id = JsonEncodedText.Encode("id"u8);
        public static readonly JsonEncodedText Name = JsonEncodedText.Encode("name"u8);
        public static readonly JsonEncodedText Points = JsonEncodedText.Encode("points"u8);
        public static readonly JsonEncodedText Value = JsonEncodedText.Encode("value"u8);
        public static readonly JsonEncodedText Error = JsonEncodedText.Encode("error"u8);
        public static readonly JsonEncodedText Detail = JsonEncodedText.Encode("detail"u8);
        public static readonly JsonEncodedText Transaction = JsonEncodedText.Encode("transaction"u8);
        public static readonly JsonEncodedText From = JsonEncodedText.Encode("from"u8);
        public static readonly JsonEncodedText To = JsonEncodedText.Encode("to"u8);
        public static readonly JsonEncodedText Took = JsonEncodedText.Encode("took"u8);
    }
}
