using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeSmtp.Server.Cli;

/// <summary>Prints queued messages, for people or for programs.</summary>
/// <param name="console">Where to.</param>
/// <param name="json">Whether for programs.</param>
internal sealed class QueueOutput(InvocationConfiguration console, bool json)
{
    private static readonly CompositeFormat Row = CompositeFormat.Parse("{0,-13}  {1,-8}  {2,10}  {3,-20}  {4,8}  {5,-20}  {6,4}  {7}");
    private int _rows;

    /// <summary>Says why something could not be done.</summary>
    /// <param name="message">One line.</param>
    public void Complain(string message) => console.Error.WriteLine($"edgesmtp: {message}");

    /// <summary>Says what was done.</summary>
    /// <param name="message">One line.</param>
    public void Say(string message) => console.Output.WriteLine(message);

    /// <summary>Prints one line of a list in its JSON form; each message has a line of its own there.</summary>
    /// <param name="line">Such a line.</param>
    public void ListLine(string line)
    {
        if (json)
        {
            console.Output.WriteLine(line);
            return;
        }

        string message = line.TrimEnd(',');
        if (message.Length < 3)
        {
            return;
        }

        if (_rows++ == 0)
        {
            console.Output.WriteLine(string.Format(CultureInfo.InvariantCulture, Row, "ID", "STATE", "BYTES", "RECEIVED", "ATTEMPTS", "NEXT ATTEMPT", "LEFT", "LAST STATUS"));
        }

        using JsonDocument document = JsonDocument.Parse(message);
        JsonElement root = document.RootElement;
        Write(string.Format(
            CultureInfo.InvariantCulture,
            Row,
            root.GetProperty("id"),
            root.GetProperty("state"),
            root.GetProperty("sizeBytes"),
            root.GetProperty("received"),
            root.GetProperty("attempts"),
            root.GetProperty("nextAttempt"),
            root.GetProperty("recipientsLeft"),
            root.GetProperty("lastStatus")));
    }

    /// <summary>Ends a list.</summary>
    public void EndList()
    {
        if (!json && _rows == 0)
        {
            console.Output.WriteLine("The queue is empty.");
        }
    }

    /// <summary>Prints one message.</summary>
    /// <param name="message">Its JSON form.</param>
    public void Show(string message)
    {
        if (json)
        {
            console.Output.WriteLine(message);
            return;
        }

        using JsonDocument document = JsonDocument.Parse(message);
        foreach (JsonProperty field in document.RootElement.EnumerateObject())
        {
            if (field.NameEquals("recipients"))
            {
                foreach (JsonElement recipient in field.Value.EnumerateArray())
                {
                    ShowRecipient(recipient);
                }
            }
            else if (field.NameEquals("header") || field.NameEquals("content"))
            {
                console.Output.WriteLine();
                Write(field.Value.GetString()!);
            }
            else
            {
                Write($"{field.Name,-15} {field.Value}");
            }
        }
    }

    private void ShowRecipient(JsonElement recipient)
    {
        string done = recipient.GetProperty("done").GetBoolean() ? " (done)" : string.Empty;
        string verdict = recipient.TryGetProperty("reason", out JsonElement reason)
            ? $": {reason} by {recipient.GetProperty("filter")} {recipient.GetProperty("detail")}".TrimEnd()
            : string.Empty;
        Write($"{"recipient",-15} {recipient.GetProperty("address")}{done}{verdict}");
    }

    private void Write(string text) => console.Output.WriteLine(Printable(text));

    /// <summary>What strangers wrote, be it mail, an address or the reply of a next hop, must not command the terminal.</summary>
    /// <param name="text">Text of theirs.</param>
    public static string Printable(string text) => string.Concat(text.ReplaceLineEndings("\n").Select(static c => c is '\n' or '\t' || !char.IsControl(c) ? c : '\uFFFD'));
}
