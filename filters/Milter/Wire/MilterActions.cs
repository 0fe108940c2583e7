namespace EdgeSmtp.Filters.Milter.Wire;

/// <summary>What a milter may do to a message (SMFIF_ of <c>mfdef.h</c>).</summary>
[Flags]
internal enum MilterActions : uint
{
    None = 0,
    AddHeaders = 0x001,
    ReplaceBody = 0x002,
    AddRecipients = 0x004,
    RemoveRecipients = 0x008,
    ChangeHeaders = 0x010,
    Quarantine = 0x020,
    ChangeSender = 0x040,
    AddRecipientsWithParameters = 0x080,
    SetMacroLists = 0x100,
}
