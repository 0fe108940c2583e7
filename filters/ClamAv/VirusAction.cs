namespace EdgeSmtp.Filters.ClamAv;

/// <summary>What becomes of a message in which the scanner found something.</summary>
public enum VirusAction : byte
{
    /// <summary>Refused for good; the name of the find is in the log.</summary>
    Reject,

    /// <summary>Taken and held, marked with the status field.</summary>
    Quarantine,

    /// <summary>Taken and delivered, marked with the status field: for a scanner that stands behind us, or to watch a new set of signatures.</summary>
    Tag,
}
