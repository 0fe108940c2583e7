using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeSmtp.Server.Cli;

/// <summary>Prints a list of messages in quarantine, for people or for programs.</summary>
/// <param name="console">Where to.</param>
/// <param name="json">Whether for programs.</param>
internal sealed class QuarantineOutput(InvocationConfiguration console, bool json)
{
    private static readonly CompositeFormat Row = CompositeFormat.Parse("{0,-13}  {1,-20}  {2,10}  {3,-24}  {4,-15}  {5,-30}  {6}");
    private int _rows;

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
            console.Output.WriteLine(string.Format(CultureInfo.InvariantCulture, Row, "ID", "QUARANTINED", "BYTES", "REASONS", "CLIENT", "FROM", "TO"));
        }

        using JsonDocument document = JsonDocument.Parse(message);
        JsonElement root = document.RootElement;
        bool isDamaged = root.TryGetProperty("damaged", out _);
        string row = string.Format(
            CultureInfo.InvariantCulture,
            Row,
            root.GetProperty("id"),
            root.GetProperty("quarantined"),
            root.GetProperty("sizeBytes"),
            root.GetProperty("reasons"),
            isDamaged ? string.Empty : root.GetProperty("client"),
            isDamaged ? "(damaged)" : $"<{root.GetProperty("from")}>",
            isDamaged ? string.Empty : string.Join(' ', root.GetProperty("to").EnumerateArray().Select(static to => to.GetString())));
        console.Output.WriteLine(QueueOutput.Printable(row.TrimEnd()));
    }

    /// <summary>Ends a list.</summary>
    public void EndList()
    {
        if (!json && _rows == 0)
        {
            console.Output.WriteLine("Nothing in quarantine.");
        }
    }
}
