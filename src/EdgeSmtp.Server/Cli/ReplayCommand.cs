using System.CommandLine;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Core.Metrics;
using EdgeSmtp.Dns;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Hosting;
using EdgeSmtp.Server.Replay;
using EdgeSmtp.Sessions.Replay;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp replay</c>: puts recorded sessions to another configuration and prints what it would have decided otherwise. Needs no server and changes nothing.</summary>
internal static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string?> source = new("RECORD")
        {
            Description = "A file or folder of 'edgesmtp capture'. Default: that of the configuration's data directory.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> config = SharedOptions.Config();
        Option<string?> baseline = new("--baseline")
        {
            Description = "Compare with this configuration, replayed too, in place of what was recorded: right where filters remember things, such as a greylist.",
            HelpName = "FILE",
        };
        Option<string> dns = new("--dns")
        {
            Description = "Who answers questions that were not recorded: nobody (recorded, the default), or the DNS of today (live).",
            DefaultValueFactory = static _ => "recorded",
        };
        dns.AcceptOnlyFromAmong("recorded", "live");
        Option<bool> json = SharedOptions.Json();
        Command command = new("replay", "Put recorded sessions to a configuration and print what it decides otherwise. Exit code 0 when nothing differs, 1 when something does.")
        {
            source, config, baseline, dns, json,
        };
        command.SetAction(parsed => RunAsync(
            parsed.GetValue(source), parsed.GetValue(config), parsed.GetValue(baseline), parsed.GetValue(dns) == "live", parsed.GetValue(json), parsed.InvocationConfiguration));
        return command;
    }

    private static async Task<int> RunAsync(string? source, string? config, string? baseline, bool live, bool json, InvocationConfiguration console)
    {
        LoadedConfiguration loaded = Load(config);
        using DnsResolver? resolver = live && loaded.IsValid ? new DnsResolver(loaded.Options.Dns, TimeProvider.System, new MetricRecorder()) : null;
        RecordedDns dns = new(resolver);
        await using ReplayRun? run = ReplayRun.Create(loaded, dns);
        LoadedConfiguration? before = baseline is null ? null : Load(baseline);
        await using ReplayRun? baselineRun = before is null ? null : ReplayRun.Create(before, dns);
        if (run is null || (before is not null && baselineRun is null))
        {
            SharedOptions.Print(loaded.Problems, console.Error);
            if (before is not null)
            {
                SharedOptions.Print(before.Problems, console.Error);
            }

            return ExitCode.Usage;
        }

        try
        {
            ReplayReport report = await CompareAsync(source ?? ConfigurationPaths.CaptureOf(loaded.Options!.DataDirectory!), run, baselineRun, dns);
            console.Output.Write(json ? ReplayOutput.Json(report, dns.UnknownQuestions) : ReplayOutput.Text(report, dns.UnknownQuestions));
            return report.IsEmpty ? ExitCode.Done : ExitCode.Failed;
        }
        catch (InvalidDataException failure)
        {
            console.Error.WriteLine($"edgesmtp: {failure.Message}");
            return ExitCode.Usage;
        }
    }

    private static async Task<ReplayReport> CompareAsync(string source, ReplayRun run, ReplayRun? baseline, RecordedDns dns)
    {
        foreach (CapturedAnswer answer in CaptureReader.Read(source).OfType<CapturedAnswer>())
        {
            dns.Add(answer);
        }

        ReplayReport report = new();
        foreach (CapturedSession recorded in CaptureReader.Read(source).OfType<CapturedSession>())
        {
            if (recorded.Omitted > 0 || !run.Has(recorded.Listener) || baseline?.Has(recorded.Listener) == false)
            {
                report.LeftOut++;
                continue;
            }

            CapturedSession before = baseline is null ? recorded : (await baseline.RunAsync(recorded)).Session;
            (CapturedSession after, ReplayResult result) = await run.RunAsync(recorded);
            report.Add(before, after, result);
        }

        return report;
    }

    private static LoadedConfiguration Load(string? file) => new ConfigurationLoader(BuiltInFilters.Create(), file).Load();
}
