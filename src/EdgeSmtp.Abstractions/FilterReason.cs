using System.Text.RegularExpressions;

namespace EdgeSmtp.Abstractions;

/// <summary>
/// One reason for which a filter speaks. Declare each as a <c>public static readonly</c> field of the filter: that set is found at registration,
/// is finite, and so may be a metric label.
/// </summary>
public sealed partial record FilterReason
{
    /// <summary>Declares a reason.</summary>
    /// <param name="kind">What is to be done.</param>
    /// <param name="token">Stable name for logs, metrics and configuration: lower-case letters, digits and hyphens, at most 40.</param>
    /// <param name="code">Reply code: 4yz for <see cref="VerdictKind.Defer"/>, 5yz for <see cref="VerdictKind.Reject"/>, either for <see cref="VerdictKind.Disconnect"/>; ignored below.</param>
    /// <param name="enhancedCode">Enhanced status code (RFC 3463), of the class of <paramref name="code"/>.</param>
    /// <param name="text">What the client reads; never shows configuration. Operators may replace it.</param>
    /// <exception cref="ArgumentException">Token, code, or enhanced code break these rules.</exception>
    public FilterReason(VerdictKind kind, string token, ushort code, string enhancedCode, string text)
    {
        if (token is null || !TokenForm().IsMatch(token))
        {
            throw new ArgumentException($"Reason token '{token}' must be 1-40 lower-case letters, digits or hyphens.", nameof(token));
        }

        ArgumentNullException.ThrowIfNull(enhancedCode);
        ArgumentNullException.ThrowIfNull(text);
        int reply = code / 100;
        bool fits = kind switch
        {
            VerdictKind.Defer => reply == 4,
            VerdictKind.Reject => reply == 5,
            VerdictKind.Disconnect => reply is 4 or 5,
            _ => true,
        };
        if (!fits || (kind >= VerdictKind.Defer && (enhancedCode.Length < 5 || enhancedCode[0] != '0' + reply || enhancedCode[1] != '.')))
        {
            throw new ArgumentException($"Reason '{token}': {code} {enhancedCode} does not fit {kind}.", nameof(code));
        }

        Kind = kind;
        Token = token;
        Code = code;
        EnhancedCode = enhancedCode;
        Text = text;
    }

    /// <summary>What is to be done.</summary>
    public VerdictKind Kind { get; }

    /// <summary>Stable name: metric label, log field, key of custom reply texts.</summary>
    public string Token { get; }

    /// <summary>SMTP reply code.</summary>
    public ushort Code { get; }

    /// <summary>Enhanced status code, such as <c>5.7.1</c>.</summary>
    public string EnhancedCode { get; }

    /// <summary>Reply text for the client.</summary>
    public string Text { get; init; }

    /// <summary>
    /// Whether <see cref="Text"/> holds placeholders that the reply fills: <c>{client}</c>, <c>{sender}</c>, <c>{recipient}</c>, <c>{id}</c>. Set by the driver for the texts of
    /// operators; never for text that came from outside.
    /// </summary>
    public bool HasPlaceholders { get; init; }

    [GeneratedRegex("^[a-z0-9-]{1,40}$")]
    private static partial Regex TokenForm();
}
