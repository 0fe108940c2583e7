using System.Text.Json.Nodes;
using EdgeSmtp.Core.Domains;
using EdgeSmtp.Server.Configuration.Binding;
using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Configuration;

/// <summary>The recipient source of a domain: a list of local parts, or one of the words <c>filter</c> and <c>any</c>.</summary>
internal sealed class RecipientsOption : IConfigValue
{
    private const string Any = "any";
    private const string Filter = "filter";
    private const string Forms = "a list of local parts, \"filter\" or \"any\"";

    /// <summary>Whether every address is accepted.</summary>
    public bool IsAny { get; private set; }

    /// <summary>Whether a filter says which mailboxes exist.</summary>
    public bool IsFilter { get; private set; }

    /// <summary>Local parts; <c>null</c> when the source is no list.</summary>
    public IReadOnlyList<string>? LocalParts { get; private set; }

    /// <inheritdoc />
    public string Expected => "a list of local parts, \"filter\" (the Recipients filter says), or \"any\" (accepts every address; warned of at start)";

    /// <inheritdoc />
    public JsonNode Schema => new JsonObject
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["const"] = Any },
            new JsonObject { ["const"] = Filter },
            new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }),
    };

    /// <inheritdoc />
    public string? TryRead(ConfigNode node)
    {
        if (node is ConfigScalar { Scalar: ConfigScalarKind.Text, Text: Any or Filter } word)
        {
            IsAny = word.Text == Any;
            IsFilter = !IsAny;
            return null;
        }

        if (node is not ConfigArray list)
        {
            return $"must be {Forms}";
        }

        List<string> parts = [];
        foreach (ConfigNode item in list.Items)
        {
            if (item is not ConfigScalar { Scalar: ConfigScalarKind.Text } text || text.Text.Length == 0)
            {
                return "must hold local parts in quotes";
            }

            if (text.Text.Contains('@', StringComparison.Ordinal))
            {
                return $"'{text.Text}' must be a local part, without @ and domain";
            }

            parts.Add(text.Text);
        }

        LocalParts = parts;
        return null;
    }

    /// <summary>The source that sessions ask.</summary>
    /// <param name="domain">The domain in lower-case A-labels.</param>
    public IRecipientSource CreateSource(string domain) => IsAny ? new AnyRecipient() : IsFilter ? new FilteredRecipients() : new RecipientList(domain, LocalParts ?? []);
}
