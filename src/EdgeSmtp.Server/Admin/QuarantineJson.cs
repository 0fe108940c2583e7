using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Server.Admin;

/// <summary>The JSON form of a list of messages in quarantine.</summary>
internal static class QuarantineJson
{
    /// <summary>Writes the list as one array, a message a line; streams, so that a full quarantine needs no memory.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WriteListAsync(PipeWriter output, IAsyncEnumerable<QuarantinedMessage> messages, CancellationToken cancellationToken)
    {
        using Utf8JsonWriter json = new(output, QueueJson.Compact);
        bool first = true;
        await foreach (QuarantinedMessage message in messages.WithCancellation(cancellationToken))
        {
            output.Write(first ? "[\n"u8 : ",\n"u8);
            first = false;
            json.Reset();
            Write(json, message);
            json.Flush();
            if (output.UnflushedBytes > 64 * 1024)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        output.Write(first ? "[]\n"u8 : "\n]\n"u8);
        await output.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter json, QuarantinedMessage message)
    {
        MessageSummary summary = message.Summary;
        json.WriteStartObject();
        json.WriteString("id", summary.Id.ToString());
        json.WriteString("quarantined", QueueJson.Text(summary.NextAttempt));
        json.WriteNumber("sizeBytes", summary.SizeBytes);
        json.WriteString("reasons", summary.LastStatus);
        if (message.Envelope is { } envelope)
        {
            json.WriteString("client", envelope.Origin?.Client.Address.ToString());
            json.WriteString("from", envelope.ReversePath.ToString());
            json.WriteStartArray("to");
            foreach (EnvelopeRecipient recipient in envelope.Recipients)
            {
                json.WriteStringValue(recipient.ForwardPath.ToString());
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteBoolean("damaged", true);
        }

        json.WriteEndObject();
    }
}
