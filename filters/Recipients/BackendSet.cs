using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients.Cdb;
using EdgeSmtp.Filters.Recipients.Program;
using EdgeSmtp.Filters.Recipients.Selectors;
using EdgeSmtp.Toolkit.Recipients;
using EdgeSmtp.Toolkit.Tables;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>The backends that lines name: those of <c>Backends</c>, and one for each file or command that stands in a line itself.</summary>
internal sealed class BackendSet : IAsyncDisposable
{
    private const string CacheMeter = "cache";

    private readonly FilterContext _context;
    private readonly RecipientsFilterOptions _options;
    private readonly LookupCache<(string Backend, string Address), RecipientAnswer> _cache;
    private readonly Dictionary<(LineKind Kind, string Target), GuardedBackend> _made = [];

    public BackendSet(RecipientsFilterOptions options, FilterContext context)
    {
        _options = options;
        _context = context;
        _cache = new LookupCache<(string Backend, string Address), RecipientAnswer>(options.Cache, context.Time, context.Meter(CacheMeter));
    }

    /// <summary>The backend of a line; <c>null</c> for a line that asks nobody. Lines with the same target share it.</summary>
    public GuardedBackend? Of(SelectorLine line)
    {
        if (line.Kind is LineKind.Wild or LineKind.PassUnlisted)
        {
            return null;
        }

        if (!_made.TryGetValue((line.Kind, line.Target), out GuardedBackend? backend))
        {
            backend = Make(line);
            _made.Add((line.Kind, line.Target), backend);
        }

        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GuardedBackend backend in _made.Values)
        {
            await backend.DisposeAsync().ConfigureAwait(false);
        }
    }

    private GuardedBackend Make(SelectorLine line)
    {
        switch (line.Kind)
        {
            case LineKind.CdbFile:
                CdbBackendOptions file = new() { Path = line.Target };
                return new GuardedBackend(line.Target, new CdbBackend(file, new FilterPartContext(line.Target, _context)), file, _cache, _context);
            case LineKind.Program:
                ProgramBackendOptions program = new() { Command = line.Target.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) };
                return new GuardedBackend(line.Target, new ProgramBackend(program), program, _cache, _context);
            default:
                FilterPart<IRecipientBackend> part = _options.Backends[line.Target];
                return new GuardedBackend(line.Target, part.Create(line.Target, _context), (RecipientBackendOptions)part.Options, _cache, _context);
        }
    }
}
