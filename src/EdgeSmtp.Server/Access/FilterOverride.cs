using EdgeSmtp.Server.Configuration.Reading;

namespace EdgeSmtp.Server.Access;

/// <summary>What a variable of a rule means for filters of one type: an option with another value.</summary>
/// <param name="Type">Type of filter.</param>
/// <param name="Option">Option of that type, or of the driver.</param>
/// <param name="Value">The value, with the place of the rule.</param>
internal sealed record FilterOverride(string Type, string Option, ConfigScalar Value);
