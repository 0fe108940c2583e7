using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Core.Explain;
using EdgeSmtp.Server.Explain;

namespace EdgeSmtp.Server.Cli;

/// <summary>Prints a finding, for people or for programs.</summary>
internal static class ExplainOutput
{
    private static readonly string[] Head = ["listener", "client", "hello", "tls", "started"];

    /// <summary>One JSON object.</summary>
    /// <param name="finding">What is known.</param>
    public static string ToJson(ExplainFinding finding)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, ExplainJson.Options with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("session", finding.Session);
            if (finding.Transaction is not null)
            {
                json.WriteString("transaction", finding.Transaction);
            }

            JsonElement last = finding.Lines[^1].RootElement;
            foreach (string field in Head)
            {
                if (last.TryGetProperty(field, out JsonElement value))
                {
                    json.WriteString(field, value.GetString());
                }
            }

            json.WriteNumber("omitted", finding.Omitted);
            json.WriteStartArray("items");
            foreach (JsonElement item in finding.Items)
            {
                item.WriteTo(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + Environment.NewLine;
    }

    /// <summary>A line for each thing that happened.</summary>
    /// <param name="finding">What is known.</param>
    public static string ToText(ExplainFinding finding)
    {
        StringBuilder text = new();
        JsonElement last = finding.Lines[^1].RootElement;
        text.Append(CultureInfo.InvariantCulture, $"session {finding.Session}");
        foreach (string field in Head)
        {
            if (Text(last, field) is { } value)
            {
                text.Append(CultureInfo.InvariantCulture, $", {field} {value}");
            }
        }

        text.AppendLine();
        if (finding.Transaction is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"transaction {finding.Transaction}");
        }

        foreach (JsonElement item in finding.Items)
        {
            text.Append(CultureInfo.InvariantCulture, $"{item.GetProperty("at").GetDouble(),9:0.000} s  ");
            AppendItem(text, item);
            text.AppendLine();
        }

        if (finding.Omitted > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{finding.Omitted} more did not fit");
        }

        return Printable(text.ToString());
    }

    private static void AppendItem(StringBuilder text, JsonElement item)
    {
        string what = Text(item, "what")!;
        string filter = Text(item, "filter") is { } name ? (item.TryGetProperty("shadow", out _) ? name + " (shadow)" : name) : string.Empty;
        text.Append(CultureInfo.InvariantCulture, $"{Text(item, "stage") ?? what,-9}  {filter,-16}  ");
        string said = what switch
        {
            "call" => Text(item, "outcome") is { } outcome ? $"{outcome}, so {Text(item, "verdict")}" : Text(item, "verdict")!,
            "skip" => $"skipped, because of the fact {Text(item, "name")}",
            "fact" => $"found {Text(item, "name")} = {Text(item, "value")}",
            "score" => string.Create(CultureInfo.InvariantCulture, $"scored {Text(item, "name")} {item.GetProperty("points").GetDouble():+0.###;-0.###;0}"),
            "mail" => $"from <{Text(item, "from")}>",
            "refused" => $"{item.GetProperty("reply")}",
            "message" => $"queued as {Text(item, "id")} too",
            "pending" => "ours, and waits to be asked again",
            "quarantined" => "in quarantine,",
            "committed" => Text(item, "verdict") is null ? "ours" : "accepted and dropped",
            _ => string.Empty,
        };
        text.Append(said);
        Append(text, " ", Text(item, "reason"));
        Append(text, " to <", Text(item, "to"), ">");
        Append(text, ": ", Text(item, "detail"));
        Append(text, ": ", Text(item, "error"));
        if (item.TryGetProperty("took", out JsonElement took) && took.GetDouble() >= 0.0005)
        {
            text.Append(CultureInfo.InvariantCulture, $" ({took.GetDouble() * 1000:0} ms)");
        }

        if (text[^1] == ' ')
        {
            text.Length = text.ToString().TrimEnd().Length;
        }
    }

    private static void Append(StringBuilder text, string before, string? value, string after = "")
    {
        if (value is not null)
        {
            text.Append(before).Append(value).Append(after);
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;

    /// <summary>What strangers said must not command the terminal.</summary>
    private static string Printable(string text) => string.Concat(text.Select(static c => c == '\n' || !char.IsControl(c) ? c : '\uFFFD'));
}
