using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Testing.Harness;

/// <summary>Takes registrations out of registries.</summary>
public static class Registrations
{
    /// <summary>The one type that is registered.</summary>
    /// <param name="register">Registers it.</param>
    /// <exception cref="ArgumentException">Not exactly one type was registered.</exception>
    public static FilterRegistration Single(Action<FilterRegistry> register)
    {
        ArgumentNullException.ThrowIfNull(register);
        FilterRegistry registry = new();
        register(registry);
        return registry.Types.Count == 1
            ? registry.Types.Values.Single()
            : throw new ArgumentException($"One type of filter was expected, {registry.Types.Count} were registered.", nameof(register));
    }
}
