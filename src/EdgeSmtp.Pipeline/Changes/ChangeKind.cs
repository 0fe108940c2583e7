namespace EdgeSmtp.Pipeline.Changes;

/// <summary>Kinds of changes to a message.</summary>
internal enum ChangeKind : byte
{
    InsertHeader,
    ReplaceHeader,
    RemoveHeader,
    RemoveForeign,
    ReplaceBody,
    ReplaceContent,
    ReplaceReversePath,
    AddRecipient,
    RemoveRecipient,
}
