using System.Net;
using System.Text;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Filters.Spf.Macros;

namespace EdgeSmtp.Fuzz;

/// <summary>The macros of SPF: they are never thrown over, and what they become is bounded, by the size of a name and not by that of a record.</summary>
public sealed class SpfMacroTarget : IFuzzTarget
{
    private const int ExplanationMax = 400;

    private static readonly MacroValues Values = new(IPAddress.Parse("2001:db8::1"), "a.b-c+d%=", "example.org", new string('h', 255), "mx.example.com", DateTimeOffset.UnixEpoch);

    public string Name => "spf-macro";

    public IReadOnlyList<string> Assemblies => ["EdgeSmtp.Filters.Spf.dll"];

    public void Run(ReadOnlySpan<byte> input) => Check(Encoding.Latin1.GetString(input));

    /// <summary>Checks a text with macros.</summary>
    public static void Check(string text)
    {
        MacroExpander expander = new(Values);
        if (MacroParser.TryParse(text, MacroUse.Explanation, out MacroString? explanation))
        {
            Broken.Unless(expander.ExpandText(explanation, "example.org", "unknown", ExplanationMax).Length <= ExplanationMax, "an explanation has its limit");
        }

        if (MacroParser.TryParseDomain(text, out MacroString? domain))
        {
            Broken.Unless(MacroParser.TryParse(text, MacroUse.Term, out _), "a domain is a term too");
            string name = expander.ExpandDomain(domain, "example.org", "unknown");
            Broken.Unless(name.Length <= MacroExpander.NameMax || !name.Contains('.', StringComparison.Ordinal) || !SpfName.IsAskable(name), "what is asked for is a name");
        }
    }
}
