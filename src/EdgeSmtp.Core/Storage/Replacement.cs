namespace EdgeSmtp.Core.Storage;

/// <summary>What takes the place of one message, as one step: after a crash either the message is as it was, or all of this is so.</summary>
public sealed record Replacement
{
    /// <summary>
    /// The messages that come. One that has the id of the message stands first and takes its place, with content, envelope and lane. Without such a one the message stays, less
    /// <see cref="Done"/>.
    /// </summary>
    public IReadOnlyList<Submission> Messages { get; init; } = [];

    /// <summary>Recipients of the message that are now finished, by position. Means nothing when its place is taken.</summary>
    public IReadOnlyList<int> Done { get; init; } = [];
}
