namespace EdgeSmtp.Filters.Warlord.Contents;

/// <summary>What content is by its own first bytes, whatever its name and type say.</summary>
internal enum ContentKind : byte
{
    Unknown,
    Pe,
    Elf,
    MachO,
    JavaClass,
    Shortcut,
    Ole,
    Script,
    VirtualDisk,
    Zip,
    Rar,
    SevenZip,
}
