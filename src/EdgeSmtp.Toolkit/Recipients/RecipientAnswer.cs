namespace EdgeSmtp.Toolkit.Recipients;

/// <summary>The answer of a backend. The default says that the address is unknown.</summary>
/// <param name="Kind">Whether the address exists.</param>
/// <param name="Detail">For the log: why the backend cannot tell. Never leaves the server.</param>
/// <param name="IsOfAddress">Whether a temporary failure is about this address alone, and the backend is well.</param>
public readonly record struct RecipientAnswer(RecipientAnswerKind Kind, string? Detail = null, bool IsOfAddress = false)
{
    /// <summary>The address exists.</summary>
    public static RecipientAnswer Known => new(RecipientAnswerKind.Known);

    /// <summary>It does not.</summary>
    public static RecipientAnswer Unknown => default;

    /// <summary>The backend cannot tell now. Counts against it: some of these in a row open its breaker.</summary>
    /// <param name="detail">Why, in a few words for the log.</param>
    public static RecipientAnswer TemporaryFailure(string detail) => new(RecipientAnswerKind.TemporaryFailure, detail);

    /// <summary>The backend works, and cannot tell of this address now, such as a mailbox that is full: no reason to ask it less about others.</summary>
    /// <param name="detail">Why, in a few words for the log.</param>
    public static RecipientAnswer NotNow(string detail) => new(RecipientAnswerKind.TemporaryFailure, detail, IsOfAddress: true);
}
