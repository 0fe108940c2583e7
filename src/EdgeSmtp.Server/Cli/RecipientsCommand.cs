using System.CommandLine;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Server.Recipients;
using EdgeSmtp.Toolkit.Cdb;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp recipients</c>: makes cdb files of recipients, and tells what becomes of an address.</summary>
internal static class RecipientsCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("recipients", "Build and check lists of recipients.") { Build(), Check() };

    private static Command Build()
    {
        Argument<string> source = new("SOURCE") { Description = "One address a line, or qmail's users/assign; - for standard input." };
        Argument<string> target = new("TARGET") { Description = "The cdb file, replaced at once when all of it is written." };
        Option<bool> assign = new("--assign") { Description = "SOURCE is a qmail users/assign file; needs --domain." };
        Option<string[]> domains = new("--domain") { Description = "A domain of the users in users/assign; may be given several times.", HelpName = "DOMAIN" };
        Command command = new("build", "Write a cdb of recipients. A wrong line stops it, and the target stays as it was.") { source, target, assign, domains };
        command.SetAction(parsed =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            string[] ours = parsed.GetValue(domains) ?? [];
            if (parsed.GetValue(assign) != (ours.Length > 0))
            {
                error.WriteLine("edgesmtp: --assign and --domain belong together");
                return ExitCode.Usage;
            }

            if (Array.Find(ours, static domain => DomainName.ToALabel(domain) is null) is { } wrong)
            {
                error.WriteLine($"edgesmtp: '{wrong}' is not a domain name");
                return ExitCode.Usage;
            }

            string file = parsed.GetValue(source)!;
            List<string> errors = [];
            IEnumerable<string> lines = SourceLines.All(file);
            IEnumerable<string> addresses = ours.Length > 0 ? RecipientSource.ReadAssign(lines, ours, errors) : RecipientSource.ReadAddresses(lines, errors);
            int count = Write(addresses, parsed.GetValue(target)!, errors);
            foreach (string problem in errors)
            {
                error.WriteLine($"{file}:{problem}");
            }

            if (errors.Count > 0)
            {
                return ExitCode.Failed;
            }

            parsed.InvocationConfiguration.Output.WriteLine($"{count} recipients in {parsed.GetValue(target)}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Check()
    {
        Argument<string> address = new("ADDRESS") { Description = "The address, without angle brackets." };
        Option<string?> config = SharedOptions.Config();
        Command command = new("check", "Look an address up as a session would, with the real backends. Exit code 0 when it exists, 1 when not, 3 when nobody can tell.") { address, config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            LoadedConfiguration loaded = new ConfigurationLoader(BuiltInFilters.Create(), parsed.GetValue(config)).Load();
            RecipientCheck? check = loaded.IsValid ? new RecipientCheck(loaded, parsed.InvocationConfiguration.Output) : null;
            if (check is null || loaded.Problems.HasErrors)
            {
                SharedOptions.Print(loaded.Problems, parsed.InvocationConfiguration.Error);
                return ExitCode.Usage;
            }

            bool? exists = await check.RunAsync(parsed.GetValue(address)!, cancellationToken);
            return exists switch { true => ExitCode.Done, false => ExitCode.Failed, _ => ExitCode.Unknown };
        });
        return command;
    }

    private static int Write(IEnumerable<string> addresses, string target, List<string> errors)
    {
        // Given once is enough; a set of a million addresses is some 100 MB for a moment, and the file smaller and look-ups shorter for it.
        HashSet<string> seen = new(StringComparer.Ordinal);
        using CdbWriter writer = new(target);
        foreach (string address in addresses)
        {
            if (seen.Add(address))
            {
                writer.Add(System.Text.Encoding.UTF8.GetBytes($":{address}"), []);
            }
        }

        if (errors.Count == 0)
        {
            writer.Commit();
        }

        return seen.Count;
    }
}
