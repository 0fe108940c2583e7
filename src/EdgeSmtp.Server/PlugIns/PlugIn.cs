using System.Runtime.Loader;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Server.PlugIns;

/// <summary>One loaded version of a plug-in. Configurations hold it; when the last one lets it go, its context is unloaded.</summary>
internal sealed class PlugIn
{
    private readonly Lock _lock = new();
    private readonly string _copy;
    private readonly Action<LeavingContext> _leaving;
    private PlugInContext? _context;
    private FilterRegistry? _registry;
    private int _holders = 1;

    /// <summary>Takes what was loaded. The maker holds it.</summary>
    /// <param name="name">Name of its folder.</param>
    /// <param name="version">Version of its main assembly.</param>
    /// <param name="fingerprint">Of its files.</param>
    /// <param name="copy">Where its files lie; deleted at the end.</param>
    /// <param name="context">Its context.</param>
    /// <param name="registry">What it registered.</param>
    /// <param name="leaving">Told when the context begins to go.</param>
    public PlugIn(string name, string version, string fingerprint, string copy, PlugInContext context, FilterRegistry registry, Action<LeavingContext> leaving)
    {
        Name = name;
        Version = version;
        Fingerprint = fingerprint;
        _copy = copy;
        _context = context;
        _registry = registry;
        _leaving = leaving;
    }

    public string Name { get; }

    public string Version { get; }

    public string Fingerprint { get; }

    /// <summary>What it registered. Only for who holds it.</summary>
    public FilterRegistry Registry => _registry ?? throw new ObjectDisposedException(Name);

    /// <summary>Joins the holders.</summary>
    /// <returns><c>false</c> when the last one has let it go already.</returns>
    public bool TryHold()
    {
        lock (_lock)
        {
            _holders += _holders > 0 ? 1 : 0;
            return _holders > 0;
        }
    }

    /// <summary>Lets it go. The context must be asked to unload no earlier than this: from then on it loads nothing, and a session that still runs may need an assembly for the first time.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (--_holders > 0)
            {
                return;
            }
        }

        AssemblyLoadContext context = _context!;
        _context = null;
        _registry = null;
        _leaving(new LeavingContext(Name, Version, new WeakReference(context)));
        context.Unload();
        PlugInFiles.Delete(_copy);
    }
}
