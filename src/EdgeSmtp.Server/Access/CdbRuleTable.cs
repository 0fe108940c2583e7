using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Server.Access;

/// <summary>Rules in a compiled file. What its records say was translated when it was opened; a look-up finds the record in the file, and by that the rule.</summary>
internal sealed class CdbRuleTable : IRuleTable
{
    private readonly CdbReader _file;
    private readonly Dictionary<byte[], AccessRule> _rules;

    private CdbRuleTable(CdbReader file, Dictionary<byte[], AccessRule> rules, RuleShape shape)
    {
        _file = file;
        _rules = rules;
        Shape = shape;
    }

    /// <inheritdoc />
    public RuleShape Shape { get; }

    /// <summary>Opens a file and translates its records.</summary>
    /// <param name="path">The file.</param>
    /// <param name="translate">Makes a rule of a key and its record; <c>null</c> from it leaves the key out.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no cdb, or a record of it cannot be found.</exception>
    public static CdbRuleTable Open(string path, Func<byte[], byte[], AccessRule?> translate)
    {
        CdbReader file = CdbReader.Open(path);
        try
        {
            RuleShape shape = new();
            Dictionary<byte[], AccessRule> rules = new(RuleKeyComparer.Instance);
            foreach ((byte[] key, byte[] record) in file.Records())
            {
                if (file.Find(key) != CdbStatus.Found)
                {
                    throw new InvalidDataException($"{path}: a record is not found by its key");
                }

                if (translate(key, record) is { } rule)
                {
                    rules.TryAdd(record, rule);
                    shape.Add(key);
                }
            }

            return new CdbRuleTable(file, rules, shape);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public AccessRule? Find(ReadOnlySpan<byte> key) => _file.Find(key, out byte[] record) == CdbStatus.Found ? _rules.GetValueOrDefault(record) : null;

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
