using System.Globalization;
using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Pipeline;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Binding;

namespace EdgeSmtp.Server.Documentation;

/// <summary>Writes <c>docs/configuration.md</c>.</summary>
internal static class ConfigurationReference
{
    private const string TableHead = "| Option | Form | Range | Default | Meaning |\n|---|---|---|---|---|\n";

    private const string Introduction = """
        One JSON file, with `//` and `/* */` comments and trailing commas. `Include` (a name, or a list of names, relative to the file) joins further files; there is no
        layering: a value that two files give is an error. `${NAME}` in a text is a variable of the environment (`$${` for the characters themselves). Time spans are
        `"hh:mm:ss"`, with days in front as `"5.00:00:00"`. Sizes are in bytes. Names of enumerations may be written in any case, everything else is as it stands here.

        `edgesmtp config check --config FILE` reports everything that is wrong at once as `file:line: Path: message`, and exits with 2; `edgesmtp config schema` prints a JSON
        schema for editors, with `--config FILE` that of its plug-ins, too; `edgesmtp config default` prints what runs without a file; `edgesmtp config diff OLD NEW` compares.

        A changed file, a file of a certificate, or SIGHUP reloads. A configuration with errors never replaces a valid one.

        """;

    /// <summary>The whole file.</summary>
    /// <param name="registry">The types of filters.</param>
    public static string Create(FilterRegistry registry)
    {
        OptionCatalog catalog = new(new XmlSummaries(ProductAssemblies.All));
        StringBuilder text = new();
        text.Append(MarkdownTable.Head("Configuration", "docs configuration")).Append(Introduction).Append('\n');
        List<OptionDescription> all = [.. catalog.Describe(typeof(ServerOptions), string.Empty)];
        text.Append("## Top level\n\n").Append(TableHead);
        foreach (OptionDescription option in all.Where(static option => !option.Path.Contains(':', StringComparison.Ordinal)))
        {
            Append(text, option, option.Path);
        }

        foreach (IGrouping<string, OptionDescription> section in all.Where(static option => option.Path.Contains(':', StringComparison.Ordinal)).GroupBy(static option => option.Path.Split(':')[0]))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Key}\n\n").Append(TableHead);
            foreach (OptionDescription option in section)
            {
                Append(text, option, option.Path[(section.Key.Length + 1)..]);
            }
        }

        AppendFilters(text, catalog, registry);
        return text.ToString();
    }

    private static void AppendFilters(StringBuilder text, OptionCatalog catalog, FilterRegistry registry)
    {
        text.Append("\n## Filters: keys of every filter\n\n`Type` names the filter's type. A group has `\"Type\": \"Group\"` and `Members`, a list of filters that run at the same time.\n\n").Append(TableHead);
        foreach (OptionDescription option in catalog.Describe(typeof(DriverOptions), string.Empty))
        {
            Append(text, option, option.Path);
        }

        foreach (FilterRegistration type in registry.Types.Values.OrderBy(static type => type.Type, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Filters: {type.Type}\n\n").Append(TableHead);
            List<OptionDescription> options = [.. catalog.Describe(type.OptionsType, string.Empty)];
            foreach (OptionDescription option in options)
            {
                Append(text, option, option.Path);
            }

            foreach (OptionDescription option in options)
            {
                AppendParts(text, catalog, registry, type.Type, option);
            }
        }
    }

    /// <summary>Options that choose among registered kinds by <c>Type</c>: each kind has a table of its own.</summary>
    private static void AppendParts(StringBuilder text, OptionCatalog catalog, FilterRegistry registry, string filter, OptionDescription place)
    {
        if (OptionCatalog.PartOf(Nullable.GetUnderlyingType(place.Property.PropertyType) ?? place.Property.PropertyType) is not { } part)
        {
            return;
        }

        foreach (FilterPartRegistration kind in OptionProperties.PartsOf(part, registry))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Filters: {filter}: {place.Path} of type {kind.Type}\n\n").Append(TableHead);
            foreach (OptionDescription option in catalog.Describe(kind.OptionsType, string.Empty))
            {
                Append(text, option, option.Path);
            }
        }
    }

    private static void Append(StringBuilder text, OptionDescription option, string name)
    {
        string value = option.IsRequired ? "required" : option.Default.Length == 0 ? string.Empty : $"`{option.Default}`";
        text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {MarkdownTable.Cell(option.Form)} | {option.Range} | {value} | {MarkdownTable.Cell(option.Summary)} |\n");
    }
}
