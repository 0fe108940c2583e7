using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeSmtp.Server.Cli;

/// <summary>Prints what rules say.</summary>
internal static class AccessOutput
{
    /// <summary>For people: a block for each answer, one value a line.</summary>
    /// <param name="answers">The answers.</param>
    public static string Text(IReadOnlyList<AccessAnswer> answers)
    {
        StringBuilder text = new();
        foreach (AccessAnswer answer in answers)
        {
            text.Append(text.Length == 0 ? string.Empty : "\n");
            foreach ((string name, string value) in answer.Lines())
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>For programs: a list with an object for each answer; <c>variables</c> are those of the rule as written.</summary>
    /// <param name="answers">The answers.</param>
    public static string Json(IReadOnlyList<AccessAnswer> answers)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (AccessAnswer answer in answers)
            {
                json.WriteStartObject();
                foreach ((string name, string value) in answer.Lines())
                {
                    json.WriteString(name, value);
                }

                json.WriteStartObject("variables");
                foreach ((string name, string value) in answer.Rule?.Text.Variables ?? [])
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
