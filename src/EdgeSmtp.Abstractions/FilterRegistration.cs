namespace EdgeSmtp.Abstractions;

/// <summary>A type of filter that configuration can name.</summary>
/// <param name="Type">The name that <c>Type</c> in a <c>Filters</c> section gives.</param>
/// <param name="OptionsType">Bound from that section and validated by its attributes and by <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/>.</param>
/// <param name="Create">Makes an instance from bound options and its context.</param>
/// <param name="Traits">What the driver must know.</param>
public sealed record FilterRegistration(string Type, Type OptionsType, Func<object, FilterContext, IFilter> Create, FilterTraits Traits);
