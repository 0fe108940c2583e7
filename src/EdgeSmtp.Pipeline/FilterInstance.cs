using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Pipeline;

/// <summary>One configured filter, options bound, before its pipeline is built.</summary>
/// <param name="Name">Name in the configuration.</param>
/// <param name="Registration">Its type.</param>
/// <param name="Options">Bound and validated options.</param>
/// <param name="Driver">What the driver does with it.</param>
public sealed record FilterInstance(string Name, FilterRegistration Registration, object Options, DriverOptions Driver)
{
    /// <summary>What the driver must know of it. Asked once, where the options are bound: code of the filter, which may throw.</summary>
    public FilterTraits Traits { get; } = Registration.TraitsOf(Options);
}
