namespace EdgeSmtp.Abstractions;

/// <summary>One kind of part that the options of filters can name by <c>Type</c>.</summary>
/// <param name="PartType">What the part is to the filter: the type argument of <see cref="FilterPart{TPart}"/>.</param>
/// <param name="Type">The name that <c>Type</c> in the section gives.</param>
/// <param name="OptionsType">What the rest of the section is bound to and validated by.</param>
/// <param name="Bind">Makes the <see cref="FilterPart{TPart}"/> of bound options.</param>
public sealed record FilterPartRegistration(Type PartType, string Type, Type OptionsType, Func<object, FilterPart> Bind);
