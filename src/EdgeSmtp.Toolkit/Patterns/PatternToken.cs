namespace EdgeSmtp.Toolkit.Patterns;

/// <summary>One step of a pattern: any string, any one character, a set, or one character.</summary>
internal readonly record struct PatternToken(PatternToken.Kinds Kind, char Character = '\0', CharacterSet? Set = null)
{
    internal enum Kinds : byte
    {
        Literal,
        AnyOne,
        AnyString,
        Set,
    }

    public bool Matches(char character, bool ignoreCase) => Kind switch
    {
        Kinds.AnyOne => true,
        Kinds.Set => Set!.Contains(character, ignoreCase),
        _ => character == Character || (ignoreCase && char.ToLowerInvariant(character) == char.ToLowerInvariant(Character)),
    };
}
