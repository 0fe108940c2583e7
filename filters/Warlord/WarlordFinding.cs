namespace EdgeSmtp.Filters.Warlord;

/// <summary>Kinds of findings; each has an action and a reason of its own.</summary>
internal enum WarlordFinding
{
    /// <summary>Content begins with a prefix of the list.</summary>
    Prefix,

    /// <summary>Content has a loader string of the list in it.</summary>
    Loader,

    /// <summary>White space within base64.</summary>
    WhiteSpace,

    /// <summary>A file name of the list.</summary>
    FileName,

    /// <summary>A MIME type of the list.</summary>
    MediaType,

    /// <summary>A program: PE, ELF, Mach-O, Java.</summary>
    Executable,

    /// <summary>A script that says so itself.</summary>
    Script,

    /// <summary>A shortcut of Windows.</summary>
    Shortcut,

    /// <summary>A document with macros.</summary>
    Macro,

    /// <summary>An image of a disk.</summary>
    DiskImage,

    /// <summary>An archive with a member whose name is on the list.</summary>
    ArchiveMember,

    /// <summary>An archive whose members or directory are encrypted, or whose directory is packed itself.</summary>
    UnreadableArchive,

    /// <summary>Readers may understand the message in different ways.</summary>
    Ambiguous,

    /// <summary>More structure than is followed.</summary>
    TooComplex,
}
