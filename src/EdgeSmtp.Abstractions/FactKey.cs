namespace EdgeSmtp.Abstractions;

/// <summary>Names a finding that one filter publishes and others read, so that filters need not know one another.</summary>
public abstract class FactKey
{
    private protected FactKey(string name, FactScope scope)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Scope = scope;
    }

    /// <summary>Name in configuration (<c>SkipWhen</c>) and logs; unique among registered facts.</summary>
    public string Name { get; }

    /// <summary>What the fact is about.</summary>
    public FactScope Scope { get; }

    /// <summary>Type of its value.</summary>
    public abstract Type ValueType { get; }

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>A fact with a typed value. Declare it once, as a static field.</summary>
/// <typeparam name="T">Type of the value; an immutable one.</typeparam>
/// <param name="name">Unique name, such as <c>spf.result</c>.</param>
/// <param name="scope">What the fact is about.</param>
public sealed class FactKey<T>(string name, FactScope scope) : FactKey(name, scope)
{
    /// <inheritdoc />
    public override Type ValueType => typeof(T);
}
