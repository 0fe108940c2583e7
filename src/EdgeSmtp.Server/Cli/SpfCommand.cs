using System.CommandLine;
using System.Net;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Dns.Zones;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp spf</c>: shows what SPF says of a client and a sender, and why.</summary>
internal static class SpfCommand
{
    /// <summary>The command with its subcommand.</summary>
    public static Command Create() => new("spf", "See what SPF says of a client and a sender.") { Check() };

    private static Command Check()
    {
        Option<string> ip = new("--ip") { Description = "Address of the client.", Required = true, HelpName = "ADDRESS" };
        Option<string> from = new("--from", "-f") { Description = "The reverse-path; empty or <> to check the HELO name.", HelpName = "ADDRESS", DefaultValueFactory = static _ => string.Empty };
        Option<string> hello = new("--helo") { Description = "What the client calls itself.", HelpName = "NAME", DefaultValueFactory = static _ => string.Empty };
        Option<string> receiver = new("--receiver") { Description = "Our name, for %{r}. Default the name of the host.", HelpName = "NAME", DefaultValueFactory = static _ => Environment.MachineName };
        Option<string?> dns = new("--dns") { Description = "Answer from this zone file (RFC 1035 §5) and ask nobody. NAME FAIL in it makes questions about NAME fail.", HelpName = "FILE" };
        Option<string?> localPolicy = new("--local-policy") { Description = "Mechanisms put into the record, as the option LocalPolicy of the filter.", HelpName = "TERMS" };
        Option<string?> bestGuess = new("--best-guess") { Description = "Record for a domain without one, as the option BestGuess.", HelpName = "RECORD" };
        Option<string?> config = new("--config", "-c") { Description = "Configuration whose Dns section says which resolvers are asked. Default those of the system.", HelpName = "FILE" };
        Option<bool> json = SharedOptions.Json();
        ip.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not an address.");
            }
        });
        Command command = new("check", "Evaluate, and print each step: every question, every mechanism, the count of look-ups. Exit code 1 for temperror.")
        {
            ip, from, hello, receiver, dns, localPolicy, bestGuess, config, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SpfFilterOptions options = new() { LocalPolicy = parsed.GetValue(localPolicy), BestGuess = parsed.GetValue(bestGuess) };
            TextWriter error = parsed.InvocationConfiguration.Error;
            if (Problem(options) is { } problem)
            {
                await error.WriteLineAsync($"edgesmtp: {problem}");
                return ExitCode.Usage;
            }

            IDnsResolver? resolver = await ResolverAsync(parsed.GetValue(dns), parsed.GetValue(config), error);
            if (resolver is null)
            {
                return ExitCode.Usage;
            }

            SpfInquiry inquiry = new(resolver, options, IPAddress.Parse(parsed.GetValue(ip)!), parsed.GetValue(from)!, parsed.GetValue(hello)!, parsed.GetValue(receiver)!);
            int exit = await inquiry.RunAsync(parsed.GetValue(json), parsed.InvocationConfiguration.Output, cancellationToken);
            (resolver as IDisposable)?.Dispose();
            return exit;
        });
        return command;
    }

    private static string? Problem(SpfFilterOptions options)
    {
        List<System.ComponentModel.DataAnnotations.ValidationResult> results = [];
        System.ComponentModel.DataAnnotations.Validator.TryValidateObject(options, new(options), results, validateAllProperties: true);
        return results.Count == 0 ? null : $"{string.Join(", ", results[0].MemberNames)}: {results[0].ErrorMessage}";
    }

    private static async Task<IDnsResolver?> ResolverAsync(string? zoneFile, string? configuration, TextWriter error)
    {
        if (zoneFile is not null)
        {
            ZoneFile zone = ZoneFile.Parse(await File.ReadAllTextAsync(zoneFile));
            foreach (string problem in zone.Errors)
            {
                await error.WriteLineAsync($"{zoneFile}: {problem}");
            }

            return zone.Errors.Count == 0 ? new ZoneResolver(zone) : null;
        }

        if (configuration is null)
        {
            return new DnsResolver(new DnsOptions(), TimeProvider.System, new MetricRecorder());
        }

        LoadedConfiguration loaded = new ConfigurationLoader(BuiltInFilters.Create(), configuration).Load();
        if (!loaded.IsValid)
        {
            SharedOptions.Print(loaded.Problems, error);
            return null;
        }

        return new DnsResolver(loaded.Options!.Dns, TimeProvider.System, new MetricRecorder());
    }
}
