namespace EdgeSmtp.Filters.Recipients.Http;

/// <summary>A URL with places for parts of an address.</summary>
internal sealed class UrlTemplate
{
    private const string Address = "{address}";
    private const string Local = "{local}";
    private const string Domain = "{domain}";

    private readonly string _text;

    private UrlTemplate(string text) => _text = text;

    /// <summary>Reads a template.</summary>
    /// <param name="text">As configured.</param>
    /// <param name="error">What is wrong.</param>
    public static UrlTemplate? Parse(string? text, out string? error)
    {
        error = null;
        if (text is null)
        {
            error = "is required";
            return null;
        }

        UrlTemplate template = new(text);
        if (!text.Contains(Address, StringComparison.Ordinal) && !text.Contains(Local, StringComparison.Ordinal))
        {
            error = $"has no place for the recipient: {Address}, or {Local} and {Domain}";
        }
        else if (!Uri.TryCreate(template.Fill("local@domain.example"), UriKind.Absolute, out Uri? filled) || filled.Scheme is not ("http" or "https"))
        {
            error = "must be a URL that begins with http:// or https://";
        }
        else if (!Uri.TryCreate(template.Fill("other@elsewhere.example"), UriKind.Absolute, out Uri? another) || another.Authority != filled.Authority)
        {
            // A stranger must not choose which host we call.
            error = "may have the recipient in its path and query only, not in its host";
        }

        return error is null ? template : null;
    }

    /// <summary>The URL for an address. What a stranger may write in a local part is percent-encoded; a segment of dots alone cannot come of it, for such a name is quoted.</summary>
    /// <param name="address"><c>local@domain</c>.</param>
    public string Fill(string address)
    {
        int at = address.LastIndexOf('@');
        string local = at < 0 ? address : address[..at];
        string domain = at < 0 ? string.Empty : address[(at + 1)..];
        return _text
            .Replace(Address, Uri.EscapeDataString(address), StringComparison.Ordinal)
            .Replace(Local, Uri.EscapeDataString(local), StringComparison.Ordinal)
            .Replace(Domain, Uri.EscapeDataString(domain), StringComparison.Ordinal);
    }
}
