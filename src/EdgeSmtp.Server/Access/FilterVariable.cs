using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Access;

/// <summary>One effect of a variable on the filters of one type.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Type">Type of filter.</param>
/// <param name="Option">Option that it sets.</param>
/// <param name="Kind">What the value is in JSON.</param>
/// <param name="Read">Turns the text of the variable into that of the option; <c>null</c> from it leaves the option alone.</param>
internal sealed record FilterVariable(string Name, string Type, string Option, ConfigScalarKind Kind, Func<string, string?> Read);
