namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>What a look-up in a cdb came to.</summary>
public enum CdbStatus : byte
{
    /// <summary>The key is not there.</summary>
    NotFound,

    /// <summary>It is.</summary>
    Found,

    /// <summary>The file contradicts itself where the key would be: nobody knows.</summary>
    Damaged,

    /// <summary>There is no file that could be read yet: nobody knows.</summary>
    Unavailable,
}
