namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Takes what an archive says of its members.</summary>
internal interface IArchiveHandler
{
    /// <summary>A member.</summary>
    /// <param name="name">The end of its name, see <see cref="MemberName"/>: ASCII and UTF-8, or another character set of the archive's maker.</param>
    void OnMember(ReadOnlySpan<byte> name);

    /// <summary>A member or the directory cannot be looked into.</summary>
    /// <param name="why">Encrypted or packed, for the log.</param>
    void OnUnreadable(string why);
}
