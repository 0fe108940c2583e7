namespace EdgeSmtp.Testing.FileSystem;

/// <summary>What a crash does to writes that were not synced, and to names whose folder was not synced.</summary>
public enum CrashDamage : byte
{
    /// <summary>All of them are lost.</summary>
    DropAll,

    /// <summary>All of them are kept, as after kill −9.</summary>
    KeepAll,

    /// <summary>Any subset is kept, in any order, and single writes are torn at sectors of 512 bytes.</summary>
    Random,
}
