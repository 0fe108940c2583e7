using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Server.Admin;

/// <summary>The JSON form of queued messages: what <c>--json</c> prints.</summary>
internal static class QueueJson
{
    private const int HeaderBytesMax = 64 * 1024;

    /// <summary>Not for web pages, so angle brackets of addresses stay as they are.</summary>
    public static readonly JsonWriterOptions Compact = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What <c>queue list</c> shows: the quarantine has a list of its own.</summary>
    /// <param name="messages">All messages.</param>
    public static IEnumerable<MessageSummary> OutsideQuarantine(IEnumerable<MessageSummary> messages) => messages.Where(static message => message.Lane != MessageLane.Quarantine);

    /// <summary>Writes the list as one array, a message a line; streams, so that a million messages need no memory.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WriteListAsync(PipeWriter output, IEnumerable<MessageSummary> messages, CancellationToken cancellationToken)
    {
        using Utf8JsonWriter json = new(output, Compact);
        bool first = true;
        foreach (MessageSummary message in messages)
        {
            output.Write(first ? "[\n"u8 : ",\n"u8);
            first = false;
            json.Reset();
            WriteSummary(json, message, end: true);
            json.Flush();
            if (output.UnflushedBytes > 64 * 1024)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        output.Write(first ? "[]\n"u8 : "\n]\n"u8);
        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Writes one message with its envelope, and its content when asked for.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="summary">From the index.</param>
    /// <param name="message">From the queue.</param>
    /// <param name="withContent">The whole content, or only the header.</param>
    public static void WriteMessage(Utf8JsonWriter json, MessageSummary summary, QueuedMessage message, bool withContent)
    {
        WriteSummary(json, summary, end: false);
        Envelope envelope = message.Envelope;
        json.WriteString("reversePath", envelope.ReversePath.ToString());
        json.WriteString("queue", envelope.Queue);
        json.WriteString("flags", envelope.Flags.ToString());
        json.WriteString("session", envelope.SessionId);
        if (envelope.EnvelopeId is not null)
        {
            json.WriteString("envelopeId", envelope.EnvelopeId);
        }

        if (envelope.Owed.Count > 0 && summary.Lane == MessageLane.Pending)
        {
            json.WriteString("waitsFor", string.Join(' ', envelope.Owed));
        }

        if (envelope.Origin is { } origin)
        {
            WriteOrigin(json, origin);
        }

        json.WriteStartArray("recipients");
        for (int i = 0; i < envelope.Recipients.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("address", envelope.Recipients[i].ForwardPath.ToString());
            json.WriteBoolean("done", message.IsDone(i));
            if (envelope.Recipients[i].Verdict is { } verdict)
            {
                json.WriteString("reason", verdict.Reason);
                json.WriteString("filter", verdict.Filter);
                json.WriteString("detail", verdict.Detail);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString(withContent ? "content" : "header", withContent ? TextOf(message.Content) : HeaderOf(message.Content));
        json.WriteEndObject();
    }

    private static void WriteOrigin(Utf8JsonWriter json, MessageOrigin origin)
    {
        json.WriteString("transaction", origin.Transaction);
        json.WriteString("listener", origin.Listener);
        json.WriteString("client", origin.Client.Address.ToString());
        json.WriteString("clientName", origin.ClientName);
        json.WriteString("hello", origin.Hello);
        json.WriteString("tls", origin.Tls?.Protocol);
    }

    private static void WriteSummary(Utf8JsonWriter json, MessageSummary message, bool end)
    {
        json.WriteStartObject();
        json.WriteString("id", message.Id.ToString());
        json.WriteString("state", StateOf(message));
        json.WriteNumber("sizeBytes", message.SizeBytes);
        json.WriteString("received", Text(message.Received));
        json.WriteNumber("attempts", message.Attempts);
        json.WriteString("nextAttempt", Text(message.NextAttempt));
        json.WriteNumber("recipientsLeft", message.RecipientsLeft);
        json.WriteString("lastStatus", message.LastStatus);
        if (end)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>The state in one word.</summary>
    /// <param name="message">The message.</param>
    public static string StateOf(MessageSummary message) => message switch
    {
        { Lane: MessageLane.Quarantine } => "quarantined",
        { Held: true } => "held",
        { Lane: MessageLane.Pending } => "pending",
        { InAttempt: true } => "active",
        _ => message.Attempts == 0 ? "new" : "deferred",
    };

    /// <summary>A time as JSON has it here.</summary>
    /// <param name="time">The time.</param>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string HeaderOf(ReadOnlySequence<byte> content)
    {
        byte[] start = content.Slice(0, Math.Min(content.Length, HeaderBytesMax)).ToArray();
        int end = start.AsSpan().IndexOf("\r\n\r\n"u8);
        return Encoding.UTF8.GetString(start, 0, end < 0 ? start.Length : end + 2);
    }

    private static string TextOf(ReadOnlySequence<byte> content) => Encoding.UTF8.GetString(content);
}
