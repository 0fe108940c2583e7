using System.Text;
using EdgeSmtp.Pipeline.Changes;
using EdgeSmtp.Protocol.Content;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>
/// Applies header changes in order, by occurrence. A sequential filter counts fields as earlier filters left them; members of a group all count them as the
/// group found them, and where two of them change one field the later in configured order prevails.
/// </summary>
internal sealed class HeaderEditor
{
    private readonly List<HeaderEntry> _entries = [];

    /// <param name="header">The header block, blank line not included.</param>
    /// <param name="traceLength">Bytes of our own trace fields at its front.</param>
    /// <param name="sets">The changes to be applied.</param>
    public HeaderEditor(ReadOnlyMemory<byte> header, int traceLength, IReadOnlyList<CommittedChanges> sets)
    {
        foreach (HeaderFieldView field in new HeaderFields(header.Span))
        {
            _entries.Add(new HeaderEntry(header.Slice(field.Offset, field.Raw.Length), Encoding.ASCII.GetString(field.Name)) { IsForeign = field.Offset >= traceLength });
        }

        FindWritten(sets);
        for (int i = 0; i < sets.Count;)
        {
            List<HeaderEntry> found = [.. _entries.Where(static entry => !entry.IsAbsent)];
            int batch = sets[i].Batch;
            for (; i < sets.Count && sets[i].Batch == batch; i++)
            {
                Apply(sets[i].Set.Changes, [.. found]);
            }
        }
    }

    /// <summary>The header after every change, blank line not included.</summary>
    public byte[] ToArray()
    {
        byte[] block = new byte[_entries.Sum(static entry => entry.IsAbsent ? 0 : entry.Bytes.Length)];
        int at = 0;
        foreach (HeaderEntry entry in _entries)
        {
            if (!entry.IsAbsent)
            {
                entry.Bytes.CopyTo(block.AsMemory(at));
                at += entry.Bytes.Length;
            }
        }

        return block;
    }

    /// <summary>
    /// Finds the fields that were written among the trace fields, and takes them out until the change that wrote them has its turn:
    /// a filter that first removes all X fields and then inserts its own must not lose its own.
    /// </summary>
    private void FindWritten(IReadOnlyList<CommittedChanges> sets)
    {
        int from = 0;
        foreach (Change change in sets.Reverse().SelectMany(static set => set.Set.Changes.Reverse()))
        {
            if (!change.IsInTrace)
            {
                continue;
            }

            int at = _entries.FindIndex(from, entry => entry.Bytes.Span.SequenceEqual(change.Bytes));
            if (at >= 0)
            {
                _entries[at].WrittenBy = change;
                _entries[at].IsAbsent = true;
                from = at + 1;
            }
        }
    }

    private void Apply(IReadOnlyList<Change> changes, List<HeaderEntry> view)
    {
        foreach (Change change in changes)
        {
            switch (change.Kind)
            {
                case ChangeKind.InsertHeader:
                    Insert(change, view);
                    break;
                case ChangeKind.ReplaceHeader when Find(view, change.Name, change.Occurrence) is { } entry:
                    entry.Bytes = change.Bytes;
                    entry.IsAbsent = entry.IsForeign = false;
                    break;
                case ChangeKind.RemoveHeader when change.Occurrence == 0:
                    RemoveAll(view, entry => HasName(entry, change.Name));
                    break;
                case ChangeKind.RemoveForeign:
                    RemoveAll(view, entry => entry.IsForeign && entry.Name.StartsWith(change.Name, StringComparison.OrdinalIgnoreCase));
                    break;
                case ChangeKind.RemoveHeader when Find(view, change.Name, change.Occurrence) is { } entry:
                    entry.IsAbsent = true;
                    view.Remove(entry);
                    break;
            }
        }
    }

    private void Insert(Change change, List<HeaderEntry> view)
    {
        int written = _entries.FindIndex(entry => ReferenceEquals(entry.WrittenBy, change));
        if (written < 0)
        {
            HeaderEntry added = new(change.Bytes, change.Name);
            int position = Math.Min(change.Position, view.Count);
            _entries.Insert(position == 0 ? 0 : _entries.IndexOf(view[position - 1]) + 1, added);
            view.Insert(position, added);
            return;
        }

        _entries[written].IsAbsent = false;
        int place = view.FindIndex(entry => _entries.IndexOf(entry) > written);
        view.Insert(place < 0 ? view.Count : place, _entries[written]);
    }

    private static void RemoveAll(List<HeaderEntry> view, Predicate<HeaderEntry> which) => view.RemoveAll(entry => which(entry) && (entry.IsAbsent = true));

    private static HeaderEntry? Find(List<HeaderEntry> view, string name, int occurrence)
    {
        int wanted = occurrence > 0 ? occurrence : view.Count(entry => HasName(entry, name)) + 1 + occurrence;
        foreach (HeaderEntry entry in view)
        {
            if (wanted > 0 && HasName(entry, name) && --wanted == 0)
            {
                return entry;
            }
        }

        return null;
    }

    private static bool HasName(HeaderEntry entry, string name) => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase);
}
