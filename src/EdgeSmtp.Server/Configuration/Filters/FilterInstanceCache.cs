using EdgeSmtp.Pipeline;

namespace EdgeSmtp.Server.Configuration.Filters;

/// <summary>
/// Remembers bound filters by name and text of their section. A reload that leaves a section alone then gives the builder the very same object, and the filter
/// lives on with what it knows.
/// </summary>
internal sealed class FilterInstanceCache
{
    private Dictionary<(string Name, string Section), FilterInstance> _known = [];
    private Dictionary<(string Name, string Section), FilterInstance> _seen = [];

    /// <summary>A filter bound earlier from the same text.</summary>
    /// <param name="name">Name of the instance.</param>
    /// <param name="section">Its section as compact JSON.</param>
    public FilterInstance? Find(string name, string section)
    {
        if (_known.TryGetValue((name, section), out FilterInstance? instance))
        {
            _seen[(name, section)] = instance;
        }

        return instance;
    }

    /// <summary>Remembers a filter.</summary>
    /// <param name="name">Name of the instance.</param>
    /// <param name="section">Its section as compact JSON.</param>
    /// <param name="instance">The filter.</param>
    public void Add(string name, string section, FilterInstance instance) => _seen[(name, section)] = instance;

    /// <summary>The configuration just read is in force: what it does not have is forgotten.</summary>
    public void Keep() => (_known, _seen) = (_seen, []);

    /// <summary>The configuration just read was refused.</summary>
    public void Forget() => _seen = [];
}
