namespace EdgeSmtp.Filters.HeloCheck;

/// <summary>What is asked of the name, besides what the lists say.</summary>
public enum HeloMode
{
    /// <summary>It must be a domain name or an address literal (RFC 5321 §4.1.1.1).</summary>
    Syntax,

    /// <summary>Nothing but the lists: qmail's empty <c>HELOCHECK</c>.</summary>
    ListsOnly,

    /// <summary>It must be there and well-formed; the bad list is not read: qmail's <c>!</c>.</summary>
    Present,

    /// <summary>It must be there and well-formed, and is looked up in the lists: qmail's <c>.</c>.</summary>
    Strict,

    /// <summary>It must be the client's name in the DNS, both ways: qmail's <c>=</c>.</summary>
    ClientName,

    /// <summary>It must have an address: qmail's <c>A</c>.</summary>
    Address,

    /// <summary>It must have an MX, or an address: qmail's <c>M</c>.</summary>
    Mx,
}
