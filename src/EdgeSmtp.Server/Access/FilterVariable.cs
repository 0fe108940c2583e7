using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Access;

/// <summary>One effect of a variable on the filters of one type.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Type">Type of filter.</param>
/// <param name="Option">Option that it sets.</param>
/// <param name="Kind">What the value is in JSON.</param>
/// <param name="Read">Turns the text of the variable, beside all variables of its rule, into that of the option; <c>null</c> from it leaves the option alone.</param>
internal sealed record FilterVariable(string Name, string Type, string Option, ConfigScalarKind Kind, Func<string, IReadOnlyDictionary<string, string>, string?> Read)
{
    /// <summary>The options that variables set, the last of two for one option last.</summary>
    /// <param name="variables">The variables of a rule.</param>
    public static IEnumerable<(FilterVariable Variable, string Value)> Effects(IReadOnlyDictionary<string, string> variables)
    {
        foreach (FilterVariable variable in FilterVariables.All)
        {
            if (variables.TryGetValue(variable.Name, out string? given) && variable.Read(given, variables) is { } value)
            {
                yield return (variable, value);
            }
        }
    }
}
