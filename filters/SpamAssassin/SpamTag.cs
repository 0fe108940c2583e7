using System.Globalization;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Filters.SpamAssassin;

/// <summary>The fields that a recipient's copy gets. Two recipients with equal ones share a message.</summary>
/// <param name="Fields">From top to bottom.</param>
/// <param name="IsSubjectTagged">Whether its Subject is marked.</param>
internal sealed record SpamTag(IReadOnlyList<SpamField> Fields, bool IsSubjectTagged)
{
    /// <summary>What the names of all of them begin with.</summary>
    public const string Prefix = "X-Spam-";

    // As many stars as SpamAssassin writes.
    private const int StarsMax = 50;

    public static SpamTag Nothing { get; } = new([], false);

    /// <summary>Of a message that was let through unscanned.</summary>
    public static SpamTag Unscanned(string why) => new([new SpamField(Prefix + "Unscanned", why)], false);

    /// <summary>Of a message that was scanned.</summary>
    public static SpamTag Of(SpamFinding finding, SpamProfile profile, SpamAssassinFilterOptions options)
    {
        bool isSpam = profile.IsSpam(finding);
        bool isWritten = options.Fields == SpamFields.All || (options.Fields == SpamFields.Spam && isSpam);

        // The fields of spamd speak of its own threshold.
        IReadOnlyList<SpamField> fields = !isWritten ? [] : finding.Fields.Count > 0 && profile.Tag is null ? finding.Fields : Own(finding, profile, isSpam);
        return new SpamTag(fields, isSpam && options.SubjectTag is not null);
    }

    public bool IsSame(SpamTag other) =>
        IsSubjectTagged == other.IsSubjectTagged && (ReferenceEquals(Fields, other.Fields) || Fields.SequenceEqual(other.Fields));

    /// <summary>The fields that mail readers and Sieve scripts look for.</summary>
    private static List<SpamField> Own(SpamFinding finding, SpamProfile profile, bool isSpam)
    {
        List<SpamField> fields = [];
        if (isSpam)
        {
            fields.Add(new SpamField(Prefix + "Flag", "YES"));
        }

        // A space behind each comma lets a long list be folded.
        string tests = finding.Tests.Length > 0 ? $" tests={finding.Tests.Replace(",", ", ", StringComparison.Ordinal)}" : string.Empty;
        string status = string.Create(
            CultureInfo.InvariantCulture, $"{(isSpam ? "Yes" : "No")}, score={finding.Score:0.0##} required={profile.Required(finding):0.0##}{tests}");
        fields.Add(new SpamField(Prefix + "Status", status));
        int stars = (int)Math.Clamp(finding.Score, 0, StarsMax);
        if (stars > 0)
        {
            fields.Add(new SpamField(Prefix + "Level", new string('*', stars)));
        }

        if (HeaderField.TryFold(Prefix + "Report", finding.Report, out _) && finding.Report.Length > 0)
        {
            fields.Add(new SpamField(Prefix + "Report", finding.Report));
        }

        return fields;
    }
}
