namespace EdgeSmtp.Tests.Backends.Attacks;

/// <summary>
/// Byte sequences that some server somewhere has taken for the end of the data (CVE-2023-51764, -51765, -51766, -51747, CVE-2024-27305 and their kin).
/// Only CRLF "." CRLF is one (RFC 5321 §4.1.1.4).
/// </summary>
internal static class Smuggling
{
    public static Dictionary<string, string> Sequences { get; } = new(StringComparer.Ordinal)
    {
        ["lf.lf"] = "\n.\n",
        ["lf.crlf"] = "\n.\r\n",
        ["crlf.lf"] = "\r\n.\n",
        ["cr.cr"] = "\r.\r",
        ["cr.lf"] = "\r.\n",
        ["lf.cr"] = "\n.\r",
        ["cr.crlf"] = "\r.\r\n",
        ["crlf.cr"] = "\r\n.\r",
        ["crlf.crcrlf"] = "\r\n.\r\r\n",
        ["crcrlf.crcrlf"] = "\r\r\n.\r\r\n",
        ["crlf.nul.crlf"] = "\r\n\0.\r\n",
        ["crlf.dotnul.crlf"] = "\r\n.\0\r\n",
        ["crlf.dot.cr.nul.lf"] = "\r\n.\r\0\n",
        ["cr.nul.lf.dot"] = "\r\0\n.\r\n",
        ["crlf.dotsp.crlf"] = "\r\n. \r\n",
        ["crlf.dottab.crlf"] = "\r\n.\t\r\n",
        ["vt"] = "\v.\v",
        ["ff"] = "\f.\f",
        ["nel"] = "\u00c2\u0085.\u00c2\u0085",
        ["ls"] = "\u00e2\u0080\u00a8.\u00e2\u0080\u00a8",
        ["lflf.crlf"] = "\n\n.\r\n",
        ["crlf.dot.lf.cr"] = "\r\n.\n\r",
    };
}
