using EdgeSmtp.Abstractions;
using EdgeSmtp.Protocol.Smtp;

namespace EdgeSmtp.Pipeline;

/// <summary>
/// An operator's text for a reply: <c>[ENHANCED ]TEXT</c>. The reply is <c>CODE ENHANCED TEXT [ID]</c>: the code stays that of the reason, the enhanced code too unless the text begins
/// with one of the same class, and the id follows unless the text has <c>{id}</c> in it.
/// </summary>
/// <param name="EnhancedCode">The enhanced code at its begin; empty when there is none.</param>
/// <param name="Text">The rest.</param>
/// <param name="HasPlaceholders">Whether the reply has something to fill in.</param>
public sealed record ReplyTemplate(string EnhancedCode, string Text, bool HasPlaceholders)
{
    /// <summary>Stands for the id of the transaction, or of the session outside of one.</summary>
    public const string Id = "{id}";

    /// <summary>Stands for the client's address.</summary>
    public const string Client = "{client}";

    /// <summary>Stands for the reverse-path.</summary>
    public const string Sender = "{sender}";

    /// <summary>Stands for the recipient that is refused.</summary>
    public const string Recipient = "{recipient}";

    private const int TextMax = 400;
    private static readonly string[] Placeholders = [Id, Client, Sender, Recipient];

    /// <summary>Whether a text can be one.</summary>
    /// <param name="text">The configured text.</param>
    /// <returns>What is wrong; <c>null</c> when nothing is.</returns>
    public static string? Check(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // RFC 5321 §4.2: textstring is HT and printable ASCII; a line end here would be a reply of its own.
        if (text.Length is 0 or > TextMax || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return "must be 1 to 400 printable ASCII characters";
        }

        for (int start = text.IndexOf('{', StringComparison.Ordinal); start >= 0; start = text.IndexOf('{', start + 1))
        {
            int end = text.IndexOf('}', start);
            string name = end < 0 ? text[start..] : text[start..(end + 1)];
            if (Array.IndexOf(Placeholders, name) < 0)
            {
                return $"has '{name}', which is none of {string.Join(", ", Placeholders)}";
            }
        }

        return Parse(text).Text.Length == 0 ? "has an enhanced code and no text" : null;
    }

    /// <summary>Reads a text that <see cref="Check"/> found nothing wrong with.</summary>
    /// <param name="text">The configured text.</param>
    public static ReplyTemplate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        string first = space < 0 ? text : text[..space];
        bool hasCode = EnhancedStatusCode.IsValid(first);
        string rest = hasCode ? text[first.Length..].TrimStart() : text;
        return new ReplyTemplate(hasCode ? first : string.Empty, rest, Array.Exists(Placeholders, placeholder => rest.Contains(placeholder, StringComparison.Ordinal)));
    }

    /// <summary>Whether its enhanced code, if it has one, is of the class that a reply code begins with (RFC 2034 §4).</summary>
    /// <param name="replyClass"><c>4</c> or <c>5</c>.</param>
    public bool Fits(char replyClass) => EnhancedCode.Length == 0 || EnhancedCode[0] == replyClass;

    /// <summary>The reason with this text in place of its own.</summary>
    /// <param name="reason">A reason whose class it fits.</param>
    public FilterReason Apply(FilterReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return EnhancedCode.Length == 0
            ? reason with { Text = Text, HasPlaceholders = HasPlaceholders }
            : new FilterReason(reason.Kind, reason.Token, reason.Code, EnhancedCode, Text) { HasPlaceholders = HasPlaceholders };
    }
}
