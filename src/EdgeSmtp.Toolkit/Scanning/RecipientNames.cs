using EdgeSmtp.Toolkit.Patterns;

namespace EdgeSmtp.Toolkit.Scanning;

/// <summary>Names by which options speak of recipients: <c>user@dom</c>, or <c>dom</c> or <c>@dom</c> for all of a domain.</summary>
public static class RecipientNames
{
    /// <summary>Names in one option at most.</summary>
    public const int Max = 100_000;

    /// <summary>The key of a name, as <see cref="MailPathEntry.KeyOf"/> has it.</summary>
    /// <param name="name">As configured.</param>
    /// <returns><c>null</c> when it names nobody.</returns>
    public static string? KeyOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return MailPathEntry.KeyOf(name.Contains('@', StringComparison.Ordinal) ? name : $"@{name}");
    }
}
