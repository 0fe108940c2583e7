namespace EdgeSmtp.Queue.Staging;

/// <summary>Gives budget back when new mail needs it: the hot set.</summary>
internal interface IBudgetReclaimer
{
    /// <summary>Drops what is only kept for speed.</summary>
    /// <param name="bytes">Bytes wanted.</param>
    /// <returns>Whether anything was dropped.</returns>
    bool Reclaim(long bytes);
}
