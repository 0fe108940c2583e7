namespace EdgeSmtp.Filters.Greylist;

/// <summary>What a record of the store is about. Values stand in files.</summary>
internal enum GreylistKind : byte
{
    /// <summary>A triple that was refused and may come again.</summary>
    Waiting = 1,

    /// <summary>A triple that came again.</summary>
    Passed = 2,

    /// <summary>A client network, with how many of its triples passed.</summary>
    Client = 3,
}
