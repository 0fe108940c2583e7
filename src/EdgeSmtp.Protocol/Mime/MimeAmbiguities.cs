using System.Numerics;

namespace EdgeSmtp.Protocol.Mime;

/// <summary>A set of ambiguities.</summary>
/// <param name="bits">One bit for each.</param>
public readonly struct MimeAmbiguities(ulong bits) : IEquatable<MimeAmbiguities>
{
    private readonly ulong _bits = bits;

    /// <summary>None.</summary>
    public static MimeAmbiguities None => default;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _bits == 0;

    /// <summary>How many.</summary>
    public int Count => BitOperations.PopCount(_bits);

    /// <summary>Whether one is among them.</summary>
    /// <param name="ambiguity">Which.</param>
    public bool Has(MimeAmbiguity ambiguity) => (_bits & (1UL << (int)ambiguity)) != 0;

    /// <summary>These and one more.</summary>
    /// <param name="ambiguity">Which.</param>
    public MimeAmbiguities With(MimeAmbiguity ambiguity) => new(_bits | (1UL << (int)ambiguity));

    /// <summary>These without those of another set.</summary>
    /// <param name="others">The other set.</param>
    public MimeAmbiguities Except(MimeAmbiguities others) => new(_bits & ~others._bits);

    /// <inheritdoc />
    public bool Equals(MimeAmbiguities other) => _bits == other._bits;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is MimeAmbiguities other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _bits.GetHashCode();

    /// <summary>Whether two sets are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MimeAmbiguities left, MimeAmbiguities right) => left.Equals(right);

    /// <summary>Whether two sets differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MimeAmbiguities left, MimeAmbiguities right) => !left.Equals(right);

    /// <summary>Their names.</summary>
    public override string ToString()
    {
        MimeAmbiguities all = this;
        return string.Join(", ", Enum.GetValues<MimeAmbiguity>().Where(ambiguity => all.Has(ambiguity)));
    }
}
