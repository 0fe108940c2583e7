namespace EdgeSmtp.Abstractions;

/// <summary>A section of a filter's options that says by its own <c>Type</c> what it is bound to, such as one of several kinds of backend. See <see cref="FilterPart{TPart}"/>.</summary>
public abstract class FilterPart
{
    private protected FilterPart(string type, object options)
    {
        Type = type;
        Options = options;
    }

    /// <summary>What <c>Type</c> says.</summary>
    public string Type { get; }

    /// <summary>The options of that type, bound and valid.</summary>
    public object Options { get; }

    /// <summary>Makes a part in code, as configuration would: for tests, and for filters that bring parts of their own.</summary>
    /// <typeparam name="TPart">What the part is to the filter.</typeparam>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="type">Its type.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="create">Makes it.</param>
    public static FilterPart<TPart> Of<TPart, TOptions>(string type, TOptions options, Func<TOptions, FilterPartContext, TPart> create)
        where TPart : class
        where TOptions : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(create);
        return new FilterPart<TPart>(type, options, (bound, context) => create((TOptions)bound, context));
    }
}

/// <summary>
/// A part of a filter that other assemblies can bring: the property of an option class has this type (alone, in a list or in a map of names), and the section is bound
/// to the options of whatever was registered under its <c>Type</c> with <see cref="FilterRegistry.AddPart{TPart, TOptions}"/>.
/// </summary>
/// <typeparam name="TPart">What the part is to the filter, an interface in an assembly that both sides refer to.</typeparam>
public sealed class FilterPart<TPart> : FilterPart
    where TPart : class
{
    private readonly Func<object, FilterPartContext, TPart> _create;

    internal FilterPart(string type, object options, Func<object, FilterPartContext, TPart> create)
        : base(type, options) => _create = create;

    /// <summary>Makes the part. The filter that does owns it, and disposes it.</summary>
    /// <param name="name">Its name in the configuration; may be a metric label.</param>
    /// <param name="filter">The context of the filter.</param>
    public TPart Create(string name, FilterContext filter) => _create(Options, new FilterPartContext(name, filter));
}
