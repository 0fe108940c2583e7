using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients.Selectors;
using EdgeSmtp.Toolkit.Recipients;

namespace EdgeSmtp.Filters.Recipients;

/// <summary>Looks recipients up by the lines of a configuration. Used by the filter, and by <c>edgesmtp recipients check</c>.</summary>
public sealed class RecipientLookup : IAsyncDisposable
{
    private const char QmailBreak = '-';

    private readonly SelectorLine[] _lines;
    private readonly GuardedBackend?[] _backends;
    private readonly BackendSet _set;
    private readonly bool _qmailMode;

    /// <summary>Makes the backends. None of them is asked or connected to.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="context">The context of the filter.</param>
    public RecipientLookup(RecipientsFilterOptions options, FilterContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        _lines = [.. SelectorLines.Parse(options.Lines, [.. options.Backends.Keys], [])];
        _set = new BackendSet(options, context);
        _backends = [.. _lines.Select(_set.Of)];
        _qmailMode = options.QmailMode;
        foreach (SelectorLine line in _lines.Where(static line => line.Kind is LineKind.Wild or LineKind.PassUnlisted))
        {
            RecipientsLog.Wild(context.Logger, line.Text);
        }
    }

    /// <summary>Looks one recipient up. Allocates nothing when every backend answers from memory or from the cache.</summary>
    /// <param name="domain">Its domain in lower-case A-labels.</param>
    /// <param name="key">Lower-case local part, <c>@</c>, the domain.</param>
    /// <param name="baseKey">The same without extension; <c>null</c> when it has none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<RecipientFinding> FindAsync(string domain, string key, string? baseKey, CancellationToken cancellationToken)
    {
        LineWalk walk = new(_lines, _backends, domain, key, baseKey, QmailKeyOf(key));
        while (walk.Next(out GuardedBackend backend, out string candidate))
        {
            ValueTask<RecipientAnswer> answer = backend.FindAsync(candidate, cancellationToken);
            if (!answer.IsCompletedSuccessfully)
            {
                return WaitAsync(walk, answer, cancellationToken);
            }

            walk.Take(answer.Result);
        }

        return new(walk.Finding);
    }

    /// <summary>Looks one recipient up and tells how.</summary>
    /// <param name="domain">Its domain in lower-case A-labels.</param>
    /// <param name="key">Lower-case local part, <c>@</c>, the domain.</param>
    /// <param name="baseKey">The same without extension; <c>null</c> when it has none.</param>
    /// <param name="steps">Takes a line of text for each question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<RecipientFinding> ExplainAsync(string domain, string key, string? baseKey, ICollection<string> steps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(steps);
        LineWalk walk = new(_lines, _backends, domain, key, baseKey, QmailKeyOf(key));
        while (walk.Next(out GuardedBackend backend, out string candidate))
        {
            RecipientAnswer answer = await backend.FindAsync(candidate, cancellationToken).ConfigureAwait(false);
            steps.Add($"line '{walk.Line.Text}': {candidate}: {answer.Kind switch
            {
                RecipientAnswerKind.Known => "known",
                RecipientAnswerKind.Unknown => "unknown",
                _ => $"cannot tell: {answer.Detail}",
            }}");
            walk.Take(answer);
        }

        return walk.Finding;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _set.DisposeAsync();

    private static async ValueTask<RecipientFinding> WaitAsync(LineWalk walk, ValueTask<RecipientAnswer> pending, CancellationToken cancellationToken)
    {
        walk.Take(await pending.ConfigureAwait(false));
        while (walk.Next(out GuardedBackend backend, out string candidate))
        {
            walk.Take(await backend.FindAsync(candidate, cancellationToken).ConfigureAwait(false));
        }

        return walk.Finding;
    }

    /// <summary>Spamcontrol's rule: the local part is cut behind its first hyphen, so that <c>list-@dom</c> must be listed for <c>list-foo-bar@dom</c>, and <c>list@dom</c> does not do.</summary>
    private string? QmailKeyOf(string key)
    {
        if (!_qmailMode)
        {
            return null;
        }

        int cut = key.IndexOf(QmailBreak, StringComparison.Ordinal) + 1;
        int at = key.LastIndexOf('@');
        return cut > 0 && cut < at ? string.Concat(key.AsSpan(0, cut), key.AsSpan(at)) : null;
    }
}
