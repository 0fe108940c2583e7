namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>Reads what follows a signature of an archive.</summary>
internal interface IArchiveReader
{
    /// <summary>Begins right behind the signature.</summary>
    void Begin();

    /// <summary>Takes the next bytes.</summary>
    /// <returns>Whether more are wanted.</returns>
    bool Take(ReadOnlySpan<byte> bytes, IPartFindings findings);
}
