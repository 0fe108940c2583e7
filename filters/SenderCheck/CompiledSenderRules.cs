namespace EdgeSmtp.Filters.SenderCheck;

/// <summary>Makes the records of qmail's <c>mailfromrules.cdb</c> from the text, as qmail-mfrules does.</summary>
public static class CompiledSenderRules
{
    /// <summary>Compiles rules.</summary>
    /// <param name="lines">Lines without comments.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <returns>Keys and data: <c>+address+address</c>, or nothing where every sender is allowed. A range of addresses gives a record for each of them.</returns>
    public static IEnumerable<KeyValuePair<string, string>> Compile(IEnumerable<string> lines, ICollection<string> errors) =>
        SenderRules.Parse(lines, errors).All.Select(rule => KeyValuePair.Create(rule.Key, string.Concat(rule.Value.Select(address => $"{CdbSenderRules.Separator}{address}"))));
}
