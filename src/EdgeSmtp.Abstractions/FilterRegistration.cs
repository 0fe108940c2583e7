namespace EdgeSmtp.Abstractions;

/// <summary>A type of filter that configuration can name.</summary>
/// <param name="Type">The name that <c>Type</c> in a <c>Filters</c> section gives.</param>
/// <param name="OptionsType">Bound from that section and validated by its attributes and by <see cref="System.ComponentModel.DataAnnotations.IValidatableObject"/>.</param>
/// <param name="Create">Makes an instance from bound options and its context.</param>
/// <param name="Traits">What the driver must know.</param>
public sealed record FilterRegistration(string Type, Type OptionsType, Func<object, FilterContext, IFilter> Create, FilterTraits Traits)
{
    /// <summary>What the driver must know of an instance, where that depends on its options; <c>null</c> where it never does.</summary>
    public Func<object, FilterTraits>? TraitsBy { get; init; }

    /// <summary>What the driver must know of one instance.</summary>
    /// <param name="options">Its options, bound and valid.</param>
    public FilterTraits TraitsOf(object options) => TraitsBy?.Invoke(options) ?? Traits;
}
