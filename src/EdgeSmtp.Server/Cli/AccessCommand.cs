using System.CommandLine;
using System.Net;
using EdgeSmtp.Server.Access;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Configuration.Reading;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Sessions.Access;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp access</c>: shows what the rules say of a client, and compiles them. Needs no server.</summary>
internal static class AccessCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("access", "Check and compile access rules.") { Check(), Build() };

    private static Command Check()
    {
        Argument<string> address = new("ADDRESS") { Description = "Address of the client." };
        Option<string?> name = new("--name") { Description = "Name of the client, as reverse DNS would confirm it.", HelpName = "HOST" };
        Option<string?> identity = new("--info") { Description = "Who the client says it is.", HelpName = "USER" };
        Option<string?> rules = new("--rules") { Description = "File of rules to look in, text or .cdb, in place of those of the configuration.", HelpName = "FILE" };
        Option<string?> listener = new("--listener") { Description = "Only what this listener follows.", HelpName = "NAME" };
        Option<string?> config = SharedOptions.Config();
        Option<bool> json = SharedOptions.Json();
        Command command = new("check", "Print the rule for a client and what it settles, for each listener that follows rules.") { address, name, identity, rules, listener, config, json };
        command.SetAction(parsed =>
        {
            ConfigProblems problems = new();
            TextWriter error = parsed.InvocationConfiguration.Error;
            if (!RuleAddress.TryAddress(parsed.GetValue(address), out IPAddress? client))
            {
                error.WriteLine($"edgesmtp: '{parsed.GetValue(address)}' is no IP address");
                return ExitCode.Usage;
            }

            AccessQuestion question = new(client, parsed.GetValue(name), parsed.GetValue(identity));
            IReadOnlyList<AccessAnswer> answers = parsed.GetValue(rules) is { } file
                ? AskFile(question, file, problems)
                : AskConfiguration(question, new ConfigurationLoader(BuiltInFilters.Create(), parsed.GetValue(config)).Load(), parsed.GetValue(listener), ref problems);
            SharedOptions.Print(problems, error);
            if (problems.HasErrors)
            {
                return ExitCode.Usage;
            }

            if (answers.Count == 0)
            {
                error.WriteLine("edgesmtp: no such listener follows access rules; everybody is allowed");
                return ExitCode.Failed;
            }

            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(json) ? AccessOutput.Json(answers) : AccessOutput.Text(answers));
            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<AccessAnswer> AskFile(AccessQuestion question, string file, ConfigProblems problems)
    {
        using AccessRules? rules = new AccessLoader(null, problems).Load(file);
        return rules is null ? [] : [question.Ask(rules, null)];
    }

    private static List<AccessAnswer> AskConfiguration(AccessQuestion question, LoadedConfiguration loaded, string? listener, ref ConfigProblems problems)
    {
        problems = loaded.Problems;
        List<AccessAnswer> answers = [];
        if (loaded.IsValid)
        {
            foreach ((string name, Sessions.ListenerOptions options) in loaded.Options.Listeners)
            {
                if ((listener is null || listener == name) && loaded.Access.Find(options.Access) is { } rules)
                {
                    answers.Add(question.Ask(rules, name));
                }
            }
        }

        loaded.Access.Dispose();
        return answers;
    }

    private static Command Build()
    {
        Argument<string> source = new("SOURCE") { Description = "Text file of rules." };
        Argument<string> target = new("TARGET") { Description = "Compiled file to put in place, ending in .cdb." };
        Command command = new("build", "Compile rules as tcprules does. A faulty line leaves the old file in place. Exit code 2 then.") { source, target };
        command.SetAction(parsed =>
        {
            string from = parsed.GetValue(source)!;
            string to = parsed.GetValue(target)!;
            TextWriter error = parsed.InvocationConfiguration.Error;
            if (AccessLoader.IsCompiled(from) || !AccessLoader.IsCompiled(to))
            {
                error.WriteLine("edgesmtp: SOURCE is a text file, and TARGET ends in .cdb");
                return ExitCode.Usage;
            }

            ConfigProblems problems = new();
            using AccessRules? rules = new AccessLoader(null, problems).Load(from);
            SharedOptions.Print(problems, error);
            if (problems.HasErrors)
            {
                return ExitCode.Usage;
            }

            RuleSource text = RuleSource.Parse(File.ReadAllBytes(from));
            int records = Write(text, to);
            parsed.InvocationConfiguration.Output.WriteLine($"{text.Rules.Count} rules, {records} records");
            return ExitCode.Done;
        });
        return command;
    }

    private static int Write(RuleSource text, string target)
    {
        using CdbWriter writer = new(target);
        foreach (RuleLine line in text.Rules)
        {
            byte[] record = line.Text.Encode();
            foreach (byte[] key in line.Keys)
            {
                writer.Add(key, record);
            }
        }

        writer.Commit();
        return writer.Count;
    }
}
