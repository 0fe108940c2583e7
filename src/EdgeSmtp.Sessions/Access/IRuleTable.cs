namespace EdgeSmtp.Sessions.Access;

/// <summary>Rules by key. Immutable and thread-safe; a change of its file is another table.</summary>
public interface IRuleTable : IDisposable
{
    /// <summary>Which kinds of keys there are.</summary>
    RuleShape Shape { get; }

    /// <summary>Finds the rule of a key. Never blocks.</summary>
    /// <param name="key">The key.</param>
    AccessRule? Find(ReadOnlySpan<byte> key);
}
