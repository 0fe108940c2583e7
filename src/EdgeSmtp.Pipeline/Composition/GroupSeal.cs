using System.Buffers;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline.Changes;

namespace EdgeSmtp.Pipeline.Composition;

/// <summary>What seal filters see of one delivery group. Fields of a seal that fails are dropped as a set.</summary>
internal sealed class GroupSeal(ReadOnlySequence<byte> composed, IReadOnlyList<Recipient> recipients) : SealContext
{
    private ReadOnlySequence<byte> _sealed = composed;
    private ReadOnlySequence<byte> _message = composed;

    /// <inheritdoc />
    public override ReadOnlySequence<byte> Message => _message;

    /// <inheritdoc />
    public override IReadOnlyList<Recipient> Recipients => recipients;

    /// <inheritdoc />
    public override void Prepend(string name, string value)
    {
        _message = ContentSegment.Join(FieldWriter.Write(name, value), _message);
    }

    /// <summary>The filter succeeded.</summary>
    /// <param name="keep">Whether its fields count; not those of a filter in shadow.</param>
    public void Commit(bool keep)
    {
        _sealed = keep ? _message : _sealed;
        Drop();
    }

    /// <summary>The filter failed.</summary>
    public void Drop() => _message = _sealed;
}
