using System.Text.RegularExpressions;

namespace EdgeSmtp.Filters.Recipients.Sql;

/// <summary>The query of an operator, and what goes with it. Addresses only ever travel as parameters.</summary>
internal static partial class SqlQuery
{
    public const string Address = "address";
    public const string Local = "local";
    public const string Domain = "domain";

    /// <summary>Whether it asks for anything of the address.</summary>
    public static bool UsesAddress(string query) => Parameter().IsMatch(query);

    /// <summary>The parts of an address.</summary>
    public static (string Local, string Domain) Split(string address)
    {
        int at = address.LastIndexOf('@');
        return at < 0 ? (address, string.Empty) : (address[..at], address[(at + 1)..]);
    }

    [GeneratedRegex("(?<![@\\w])@(?:address|local|domain)\\b", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
