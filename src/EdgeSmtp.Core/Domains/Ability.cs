namespace EdgeSmtp.Core.Domains;

/// <summary>Whether something can be done, as far as is known.</summary>
public enum Ability : byte
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>It can.</summary>
    Yes,

    /// <summary>It cannot.</summary>
    No,
}
