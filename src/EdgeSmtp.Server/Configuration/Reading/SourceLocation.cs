namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>Where a node stands: what a person opens in the editor to mend it.</summary>
/// <param name="File">Path of the file as it was named.</param>
/// <param name="Line">Line, from 1; 0 for the file as a whole.</param>
internal readonly record struct SourceLocation(string File, int Line)
{
    /// <summary><c>file:line</c>, the form that editors and compilers understand.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}" : File;
}
