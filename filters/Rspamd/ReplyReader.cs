using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.Rspamd;

/// <summary>Reads what <c>/checkv2</c> answers. What is missing or of another type than it should be is left out; without action and score it is no answer.</summary>
internal static class ReplyReader
{
    private const int FieldsMax = 100;
    private const int ValueCharsMax = 8 * 1024;
    private const int SymbolsCharsMax = 400;
    private const int MessageCharsMax = 200;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <returns><c>null</c> when it is no answer.</returns>
    public static RspamdFinding? Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        if (TextOf(root, "action") is not { } action || NumberOf(root, "score") is not { } score)
        {
            return null;
        }

        JsonElement? milter = ObjectOf(root, "milter");
        JsonElement? messages = ObjectOf(root, "messages");
        return new RspamdFinding(ActionOf(action), score, NumberOf(root, "required_score") ?? 0, Symbols(root))
        {
            Message = (messages is { } texts ? TextOf(texts, "smtp_message") : null) is { } message ? Printable(message) : null,
            Subject = TextOf(root, "subject") is { } subject ? Value("Subject", subject) : null,
            SpamField = milter is { } block && TextOf(block, "spam_header") is { } name && HeaderField.IsName(name) ? name : null,
            ReversePath = milter is { } envelope ? TextOf(envelope, "change_from") : null,
            Fields = milter is { } fields ? Fields(fields) : [],
        };
    }

    private static RspamdAction ActionOf(string action) => action switch
    {
        "greylist" => RspamdAction.Greylist,
        "add header" => RspamdAction.AddHeader,
        "rewrite subject" => RspamdAction.RewriteSubject,
        "soft reject" => RspamdAction.SoftReject,
        "quarantine" => RspamdAction.Quarantine,
        "discard" => RspamdAction.Discard,
        "reject" => RspamdAction.Reject,
        _ => RspamdAction.None,
    };

    /// <summary>The symbols that moved the score, as rspamd orders them.</summary>
    private static string Symbols(JsonElement root)
    {
        if (ObjectOf(root, "symbols") is not { } symbols)
        {
            return string.Empty;
        }

        StringBuilder text = new();
        foreach (JsonProperty symbol in symbols.EnumerateObject())
        {
            if (symbol.Value.ValueKind == JsonValueKind.Object && NumberOf(symbol.Value, "score") is { } points && (points != 0 || symbols.GetPropertyCount() == 1) && text.Length < SymbolsCharsMax)
            {
                text.Append(text.Length == 0 ? string.Empty : " ").Append(CultureInfo.InvariantCulture, $"{Printable(symbol.Name)}={points:0.##}");
            }
        }

        return text.ToString();
    }

    private static List<RspamdField> Fields(JsonElement milter)
    {
        List<RspamdField> fields = [];
        if (ObjectOf(milter, "remove_headers") is { } removed)
        {
            foreach (JsonProperty field in removed.EnumerateObject())
            {
                foreach (JsonElement which in Each(field.Value))
                {
                    if (fields.Count < FieldsMax && HeaderField.IsName(field.Name) && which.ValueKind == JsonValueKind.Number && which.TryGetInt32(out int occurrence))
                    {
                        fields.Add(new RspamdField(field.Name, null, occurrence));
                    }
                }
            }
        }

        return ObjectOf(milter, "add_headers") is { } added ? [.. fields, .. Added(added)] : fields;
    }

    /// <summary>Fields in the order that they ask for; those that ask for none come last, as rspamd lists them.</summary>
    private static IEnumerable<RspamdField> Added(JsonElement added)
    {
        List<(RspamdField Field, int Order)> fields = [];
        foreach (JsonProperty field in added.EnumerateObject())
        {
            foreach (JsonElement each in Each(field.Value))
            {
                string? text = each.ValueKind == JsonValueKind.Object ? TextOf(each, "value") : each.ValueKind == JsonValueKind.String ? each.GetString() : null;
                if (fields.Count < FieldsMax && HeaderField.IsName(field.Name) && text is not null && Value(field.Name, text) is { } value)
                {
                    double order = each.ValueKind == JsonValueKind.Object ? NumberOf(each, "order") ?? -1 : -1;
                    fields.Add((new RspamdField(field.Name, value, 0), order < 0 ? int.MaxValue : (int)Math.Min(order, int.MaxValue - 1)));
                }
            }
        }

        return fields.OrderBy(static field => field.Order).Select(static field => field.Field);
    }

    /// <summary>A value in one line that can stand in the field; <c>null</c> when there is no way.</summary>
    private static string? Value(string name, string text)
    {
        if (text.Length > ValueCharsMax)
        {
            return null;
        }

        // Folding becomes one space.
        string line = string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return HeaderField.TryFold(name, line, out _) ? line : null;
    }

    private static string Printable(string text) => string.Create(Math.Min(text.Length, MessageCharsMax), text, static (made, from) =>
    {
        for (int i = 0; i < made.Length; i++)
        {
            // What rules say may hold what a stranger wrote: it must not end the reply line or colour a terminal.
            made[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        }
    });

    /// <summary>The members of an array, or the value itself.</summary>
    private static IEnumerable<JsonElement> Each(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            yield return value;
            yield break;
        }

        foreach (JsonElement member in value.EnumerateArray())
        {
            yield return member;
        }
    }

    private static JsonElement? ObjectOf(JsonElement parent, string name) => Member(parent, name, JsonValueKind.Object);

    private static string? TextOf(JsonElement parent, string name) => Member(parent, name, JsonValueKind.String)?.GetString();

    private static double? NumberOf(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Number) is { } member && member.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;

    private static JsonElement? Member(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind ? member : null;
}
