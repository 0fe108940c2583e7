namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Which forbidden bytes refuse a message. Whatever it says, decoders replace them, so that nothing downstream ever meets one.</summary>
/// <param name="BareLf">For LF without CR.</param>
/// <param name="BareCr">For CR without LF.</param>
/// <param name="Nul">For NUL.</param>
public readonly record struct NewlinePolicy(NewlineRule BareLf, NewlineRule BareCr, NewlineRule Nul)
{
    /// <summary>Bare LF and NUL are refused, a bare CR becomes a space: the default for mail from the Internet.</summary>
    public static NewlinePolicy Default { get; } = new(NewlineRule.Reject, NewlineRule.Normalize, NewlineRule.Reject);

    /// <summary>Nothing is refused: the default for networks that relay through us, whose devices often send bare LF.</summary>
    public static NewlinePolicy NormalizeAll { get; } = new(NewlineRule.Normalize, NewlineRule.Normalize, NewlineRule.Normalize);

    /// <summary>Everything is refused.</summary>
    public static NewlinePolicy RejectAll { get; } = new(NewlineRule.Reject, NewlineRule.Reject, NewlineRule.Reject);

    /// <summary>Whether a message with these findings is refused.</summary>
    public bool Refuses(ContentFlags found) =>
        ((found & ContentFlags.BareLf) != 0 && BareLf == NewlineRule.Reject)
        || ((found & ContentFlags.BareCr) != 0 && BareCr == NewlineRule.Reject)
        || ((found & ContentFlags.Nul) != 0 && Nul == NewlineRule.Reject);
}
