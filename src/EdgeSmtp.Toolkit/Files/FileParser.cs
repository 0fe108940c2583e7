namespace EdgeSmtp.Toolkit.Files;

/// <summary>Turns the lines of a file into what is used of it.</summary>
/// <typeparam name="T">What is used; immutable.</typeparam>
/// <param name="lines">Lines without comments (<c>#</c> at their start), surrounding white space and empty lines.</param>
/// <param name="errors">Takes what is wrong. When there is anything, the file is refused as a whole.</param>
public delegate T FileParser<out T>(IReadOnlyList<string> lines, ICollection<string> errors)
    where T : class;
