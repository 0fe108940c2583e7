namespace EdgeSmtp.Abstractions;

/// <summary>The types of filters that configuration can name, built-in and plug-in alike.</summary>
public sealed class FilterRegistry
{
    private readonly Dictionary<string, FilterRegistration> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<(Type Part, string Type), FilterPartRegistration> _parts = [];

    /// <summary>All registered types by name.</summary>
    public IReadOnlyDictionary<string, FilterRegistration> Types => _types;

    /// <summary>All kinds of parts that options of filters can name.</summary>
    public IReadOnlyCollection<FilterPartRegistration> Parts => _parts.Values;

    /// <summary>Registers a type of filter with options.</summary>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="type">Name for <c>Type</c> in configuration, such as <c>Rbl</c>.</param>
    /// <param name="create">Makes an instance.</param>
    /// <param name="traits">What the driver must know; <c>null</c> for the defaults.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public FilterRegistry Add<TOptions>(string type, Func<TOptions, FilterContext, IFilter> create, FilterTraits? traits = null)
        where TOptions : class, new()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentNullException.ThrowIfNull(create);
        return Add(new FilterRegistration(type, typeof(TOptions), (options, context) => create((TOptions)options, context), traits ?? FilterTraits.Default));
    }

    /// <summary>Registers a type of filter that changes more or less of a message, as its options say, such as one that speaks for a program outside.</summary>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="type">Name for <c>Type</c> in configuration.</param>
    /// <param name="create">Makes an instance.</param>
    /// <param name="traits">What the driver must know of an instance with these options; what it says of default options is what pages and checks show of the type.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public FilterRegistry Add<TOptions>(string type, Func<TOptions, FilterContext, IFilter> create, Func<TOptions, FilterTraits> traits)
        where TOptions : class, new()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(traits);
        return Add(new FilterRegistration(type, typeof(TOptions), (options, context) => create((TOptions)options, context), traits(new TOptions()))
        {
            TraitsBy = options => traits((TOptions)options),
        });
    }

    /// <summary>Registers a type of filter without options.</summary>
    /// <param name="type">Name for <c>Type</c> in configuration.</param>
    /// <param name="create">Makes an instance.</param>
    /// <param name="traits">What the driver must know; <c>null</c> for the defaults.</param>
    public FilterRegistry Add(string type, Func<FilterContext, IFilter> create, FilterTraits? traits = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Add<NoOptions>(type, (_, context) => create(context), traits);
    }

    /// <summary>Registers a kind of part, for every filter whose options hold a <see cref="FilterPart{TPart}"/>.</summary>
    /// <typeparam name="TPart">What the part is to the filter.</typeparam>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="type">Name for <c>Type</c> in the section of the part.</param>
    /// <param name="create">Makes a part; called only when one is configured.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public FilterRegistry AddPart<TPart, TOptions>(string type, Func<TOptions, FilterPartContext, TPart> create)
        where TPart : class
        where TOptions : class, new()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentNullException.ThrowIfNull(create);
        FilterPartRegistration registration = new(typeof(TPart), type, typeof(TOptions), options => FilterPart.Of(type, (TOptions)options, create));
        if (!_parts.TryAdd((typeof(TPart), type), registration))
        {
            throw new ArgumentException($"Part type '{type}' is registered twice.", nameof(type));
        }

        return this;
    }

    /// <summary>Takes over everything that another registry holds: the same registrations, so that a filter stays the same filter in both. For hosts.</summary>
    /// <param name="other">The other registry.</param>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    public FilterRegistry Include(FilterRegistry other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((string type, FilterRegistration registration) in other._types)
        {
            _types.Add(type, registration);
        }

        foreach (((Type, string) key, FilterPartRegistration registration) in other._parts)
        {
            _parts.Add(key, registration);
        }

        return this;
    }

    /// <summary>Finds a kind of part.</summary>
    /// <param name="partType">What the part is to the filter.</param>
    /// <param name="type">What <c>Type</c> says.</param>
    public FilterPartRegistration? FindPart(Type partType, string type) => _parts.GetValueOrDefault((partType, type));

    private FilterRegistry Add(FilterRegistration registration)
    {
        if (!_types.TryAdd(registration.Type, registration))
        {
            throw new ArgumentException($"Filter type '{registration.Type}' is registered twice.", nameof(registration));
        }

        return this;
    }
}
