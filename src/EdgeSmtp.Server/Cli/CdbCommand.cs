using System.CommandLine;
using System.Text;
using EdgeSmtp.Filters.SenderCheck;
using EdgeSmtp.Server.Configuration.Checks;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp cdb</c>: compiles qmail's control files that have no command of their own.</summary>
internal static class CdbCommand
{
    private delegate IEnumerable<KeyValuePair<string, string>> Compiler(IEnumerable<string> lines, ICollection<string> errors);

    private static readonly Dictionary<string, Compiler> Compilers = new(StringComparer.Ordinal)
    {
        ["mailfromrules"] = CompiledSenderRules.Compile,
        ["morercpthosts"] = CompileDomains,
    };

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("cdb", "Compile qmail's control files.") { Build() };

    private static Command Build()
    {
        Option<string> kind = new("--as") { Description = "What SOURCE is.", Required = true };
        kind.AcceptOnlyFromAmong([.. Compilers.Keys]);
        Argument<string> source = new("SOURCE") { Description = "The text; - for standard input. A line that begins with # is a comment." };
        Argument<string> target = new("TARGET") { Description = "The cdb file, replaced at once when all of it is written." };
        Command command = new("build", "Write a cdb as qmail-mfrules and qmail-newmrh do. A wrong line stops it, and the target stays as it was.") { kind, source, target };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(source)!;
            string to = parsed.GetValue(target)!;
            TextWriter error = parsed.InvocationConfiguration.Error;
            List<string> errors = [];
            using CdbWriter writer = new(to);
            foreach ((string key, string data) in Compilers[parsed.GetValue(kind)!](SourceLines.Read(file), errors))
            {
                writer.Add(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(data));
            }

            foreach (string problem in errors)
            {
                error.WriteLine($"{file}: {problem}");
            }

            if (errors.Count > 0)
            {
                return ExitCode.Failed;
            }

            writer.Commit();
            parsed.InvocationConfiguration.Output.WriteLine($"{writer.Count} records in {to}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<KeyValuePair<string, string>> CompileDomains(IEnumerable<string> lines, ICollection<string> errors)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            if (DomainCheck.Canonical(line) is not { } domain)
            {
                errors.Add($"'{line}' is not a domain name");
            }
            else if (seen.Add(domain))
            {
                yield return KeyValuePair.Create(domain, string.Empty);
            }
        }
    }
}
