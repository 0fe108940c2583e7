namespace EdgeSmtp.Sessions.Access;

/// <summary>Rules in memory.</summary>
public sealed class RuleTable : IRuleTable
{
    private readonly Dictionary<byte[], AccessRule> _rules = new(RuleKeyComparer.Instance);
    private readonly Dictionary<byte[], AccessRule>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    /// <summary>Creates an empty table, to be filled before it is used.</summary>
    public RuleTable() => _bySpan = _rules.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <inheritdoc />
    public RuleShape Shape { get; } = new();

    /// <summary>Adds a rule; of several for one key the first counts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="rule">The rule.</param>
    public void Add(byte[] key, AccessRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (_rules.TryAdd(key, rule))
        {
            Shape.Add(key);
        }
    }

    /// <inheritdoc />
    public AccessRule? Find(ReadOnlySpan<byte> key) => _bySpan.TryGetValue(key, out AccessRule? rule) ? rule : null;

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
