using System.Buffers;
using System.Text.Json;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>One question. Each says all that is known by then, so that a program needs to remember nothing, and any child can answer it.</summary>
/// <param name="Stage">Where it is asked.</param>
/// <param name="Session">The session.</param>
/// <param name="Transaction">The transaction, from MAIL on.</param>
/// <param name="Recipient">The recipient, at RCPT.</param>
/// <param name="Path">The file of the message, when there is one.</param>
/// <param name="Facts">Names of the facts that hold.</param>
/// <param name="Spf">Result of SPF, when it is known.</param>
internal sealed record ScriptQuestion(
    ScriptStages Stage, Session Session, Transaction? Transaction, Recipient? Recipient, string? Path, IReadOnlyList<string> Facts, string? Spf)
{
    /// <summary>Writes it as a line of ASCII, its end included.</summary>
    /// <param name="id">Its number.</param>
    public ReadOnlyMemory<byte> Write(ulong id)
    {
        ArrayBufferWriter<byte> output = new(1024);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("stage", ScriptStageNames.Of(Stage));
            WriteSession(json);
            if (Transaction is not null)
            {
                WriteTransaction(json, Transaction);
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenMemory;
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteSession(Utf8JsonWriter json)
    {
        json.WriteString("session", Session.Id);
        json.WriteString("listener", Session.Listener);
        json.WriteString("protocol", Session.Protocol.ToString().ToLowerInvariant());
        json.WriteString("client", Session.Client.Address.ToString());
        json.WriteNumber("port", Session.Client.Port);
        WriteIfKnown(json, "clientName", Session.ClientName);
        WriteIfKnown(json, "helo", Session.Hello);
        json.WriteBoolean("tls", Session.IsTls);
        WriteIfKnown(json, "user", Session.AuthenticatedUser);
        WriteAll(json, "facts", Facts);
        WriteIfKnown(json, "spf", Spf);
    }

    private void WriteTransaction(Utf8JsonWriter json, Transaction transaction)
    {
        json.WriteString("transaction", transaction.Id);
        // As we compare them ourselves: whoever writes "joe"@example.com or JOE@example.com gets past no list of a program.
        json.WriteString("sender", transaction.ReversePath.Key);
        if (Recipient is not null)
        {
            json.WriteString("recipient", Recipient.ForwardPath.Key);
        }
        else if (transaction.Content is { } content)
        {
            json.WriteStartArray("recipients");
            foreach (Recipient recipient in transaction.Recipients)
            {
                json.WriteStringValue(recipient.ForwardPath.Key);
            }

            json.WriteEndArray();
            json.WriteNumber("size", content.Length);
            json.WriteString("path", Path);
        }
    }

    private static void WriteIfKnown(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
