namespace EdgeSmtp.Toolkit.Recipients;

/// <summary>The answer of a backend. The default says that the address is unknown.</summary>
/// <param name="Kind">Whether the address exists.</param>
/// <param name="Detail">For the log: why the backend cannot tell. Never leaves the server.</param>
public readonly record struct RecipientAnswer(RecipientAnswerKind Kind, string? Detail = null)
{
    /// <summary>The address exists.</summary>
    public static RecipientAnswer Known => new(RecipientAnswerKind.Known);

    /// <summary>It does not.</summary>
    public static RecipientAnswer Unknown => default;

    /// <summary>The backend cannot tell now.</summary>
    /// <param name="detail">Why, in a few words for the log.</param>
    public static RecipientAnswer TemporaryFailure(string detail) => new(RecipientAnswerKind.TemporaryFailure, detail);
}
