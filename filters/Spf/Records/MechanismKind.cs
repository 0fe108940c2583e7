namespace EdgeSmtp.Filters.Spf.Records;

/// <summary>The mechanisms (RFC 7208 §5).</summary>
internal enum MechanismKind : byte
{
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}
