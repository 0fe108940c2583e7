using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace EdgeSmtp.Server.Documentation;

/// <summary>The XML documentation that the compiler wrote beside the assemblies, as plain text: one source for code, reference and schema.</summary>
internal sealed class XmlSummaries
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    /// <summary>Loads the documentation of assemblies. One without a file, such as a plug-in, has none.</summary>
    /// <param name="assemblies">The assemblies.</param>
    public XmlSummaries(IEnumerable<Assembly> assemblies)
    {
        foreach (Assembly assembly in assemblies)
        {
            string path = Path.ChangeExtension(assembly.Location, ".xml");
            if (assembly.Location.Length == 0 || !File.Exists(path))
            {
                continue;
            }

            foreach (XElement member in XDocument.Load(path).Descendants("member"))
            {
                _members[member.Attribute("name")!.Value] = member;
            }
        }
    }

    /// <summary>Summary and value of a property, or nothing.</summary>
    /// <param name="property">The property.</param>
    public string Of(PropertyInfo property) => Find($"P:{NameOf(property.DeclaringType!)}.{property.Name}");

    /// <summary>Summary of a type, or nothing.</summary>
    /// <param name="type">The type.</param>
    public string Of(Type type) => Find($"T:{NameOf(type)}");

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private string Find(string key)
    {
        if (!_members.TryGetValue(key, out XElement? member))
        {
            return string.Empty;
        }

        StringBuilder text = new();
        foreach (XElement part in member.Elements().Where(static part => part.Name.LocalName is "summary" or "value"))
        {
            Append(text, part);
            text.Append(' ');
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Append(StringBuilder text, XElement element)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node.NodeType == XmlNodeType.Text)
            {
                text.Append(((XText)node).Value);
            }
            else if (node is XElement { Name.LocalName: "see" or "paramref" } reference)
            {
                string target = reference.Attribute("cref")?.Value ?? reference.Attribute("langword")?.Value ?? reference.Attribute("name")?.Value ?? string.Empty;
                text.Append('`').Append(target[(target.LastIndexOfAny(['.', ':']) + 1)..]).Append('`');
            }
            else if (node is XElement { Name.LocalName: "c" } code)
            {
                text.Append('`').Append(code.Value).Append('`');
            }
            else if (node is XElement inner)
            {
                Append(text, inner);
            }
        }
    }
}
