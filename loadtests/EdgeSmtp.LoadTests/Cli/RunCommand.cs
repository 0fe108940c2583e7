using System.CommandLine;
using System.Net;
using EdgeSmtp.LoadTests.Measuring;
using EdgeSmtp.LoadTests.Monitoring;
using EdgeSmtp.LoadTests.Profiles;
using EdgeSmtp.LoadTests.Reports;
using EdgeSmtp.LoadTests.Running;
using EdgeSmtp.LoadTests.Scenarios;
using EdgeSmtp.LoadTests.Servers;
using Spectre.Console;

namespace EdgeSmtp.LoadTests.Cli;

/// <summary><c>edgesmtp-load run</c>.</summary>
internal static class RunCommand
{
    private const int ThresholdsMissed = 1;

    public static Command Create()
    {
        Argument<string> name = new("SCENARIO") { Description = "One of `edgesmtp-load list`." };
        name.AcceptOnlyFromAmong([.. ScenarioCatalog.All.Select(static scenario => scenario.Name)]);
        Option<string?> target = new("--target") { Description = "A server that runs already, as ADDRESS:PORT. Default: the built edgesmtp is started.", HelpName = "ADDRESS:PORT" };
        Option<double> rate = new("--rate") { Description = "Factor of all rates and numbers of sessions.", DefaultValueFactory = static _ => 1 };
        Option<double> duration = new("--duration") { Description = "Factor of all times.", DefaultValueFactory = static _ => 1 };
        Option<string?> report = new("--report") { Description = "Folder for SCENARIO.html and SCENARIO.json.", HelpName = "FOLDER" };
        Option<string> program = new("--program") { Description = "The edgesmtp to start.", HelpName = "FILE", DefaultValueFactory = static _ => BuiltProgram() };
        Option<string?> pictures = new("--pictures") { Description = "Folder for pictures of what the dashboards would have shown; needs prometheus.", HelpName = "FOLDER" };
        Option<string> dashboards = new("--dashboards") { Description = "Folder of the dashboards.", HelpName = "FOLDER", DefaultValueFactory = static _ => "grafana/dashboards" };
        target.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !IPEndPoint.TryParse(text, out _))
            {
                result.AddError($"'{text}' is not ADDRESS:PORT.");
            }
        });
        foreach (Option<double> factor in (Option<double>[])[rate, duration])
        {
            factor.Validators.Add(static result =>
            {
                if (result.GetValueOrDefault<double>() is not (> 0 and <= 1000))
                {
                    result.AddError("A factor is above 0 and at most 1000.");
                }
            });
        }

        Command command = new("run", "Run a scenario; exit code 1 when a threshold is missed.") { name, target, rate, duration, report, program, pictures, dashboards };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            Scenario scenario = Scale(ScenarioCatalog.All.First(candidate => candidate.Name == parsed.GetValue(name)), parsed.GetValue(rate), parsed.GetValue(duration));
            IPEndPoint? outside = parsed.GetValue(target) is { } text ? IPEndPoint.Parse(text) : null;
            await using ServerGroup? group = outside is null ? await ServerGroup.StartAsync(parsed.GetValue(program)!, scenario.Setup, TimeProvider.System) : null;
            await using Prometheus? prometheus = group is not null && parsed.GetValue(pictures) is not null ? new Prometheus(group.Nodes, TimeProvider.System) : null;
            LiveConsole console = new(AnsiConsole.Console, output);
            Task<RunResult> RunAsync(Scenario part) =>
                console.ShowAsync(watch => new ScenarioRunner(part, outside is null ? group!.EndPoints : [outside], group, TimeProvider.System).RunAsync(watch, cancellationToken));
            if (scenario.WarmUp.Count > 0)
            {
                await RunAsync(scenario with { Flows = scenario.WarmUp, Disturb = null });
            }

            RunResult result = await RunAsync(scenario);
            if (prometheus is not null)
            {
                await DrawAsync(prometheus, parsed.GetValue(dashboards)!, parsed.GetValue(pictures)!, cancellationToken);
            }

            return await FinishAsync(result, scenario, parsed.GetValue(report), output);
        });
        return command;
    }

    private static async Task DrawAsync(Prometheus prometheus, string dashboards, string folder, CancellationToken cancellationToken)
    {
        await prometheus.SettleAsync(cancellationToken);
        Directory.CreateDirectory(folder);
        DashboardPictures pictures = new(prometheus);
        foreach (string file in Directory.EnumerateFiles(dashboards, "*.json").Order(StringComparer.Ordinal))
        {
            Dashboard dashboard = Dashboard.Read(file, DashboardPictures.RateInterval);
            await File.WriteAllTextAsync(Path.Combine(folder, dashboard.Name + ".svg"), await pictures.DrawAsync(dashboard, cancellationToken), cancellationToken);
        }
    }

    private static async Task<int> FinishAsync(RunResult result, Scenario scenario, string? folder, TextWriter output)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, scenario.Name + ".json"), JsonReport.Of(result, scenario));
            await File.WriteAllTextAsync(Path.Combine(folder, scenario.Name + ".html"), HtmlReport.Of(result, scenario));
        }

        foreach (FlowStatistics flow in result.Flows)
        {
            output.WriteLine(FormattableString.Invariant($"{flow.Name}: {flow.Started} begun, {flow.Ended / result.Duration.TotalSeconds:0.0} a second, {flow.Failed} failed, {flow.Shed} shed"));
            foreach (StepStatistics step in flow.Steps)
            {
                output.WriteLine(FormattableString.Invariant(
                    $"  {step.Name,-10} {step.Count,8}  p50 {step.At(50).TotalMilliseconds,9:0.00}  p95 {step.At(95).TotalMilliseconds,9:0.00}  p99 {step.At(99).TotalMilliseconds,9:0.00}  max {step.Max.TotalMilliseconds,9:0.00} ms"));
            }

            foreach ((string reason, long count) in flow.Errors)
            {
                output.WriteLine($"  error: {reason}: {count}");
            }
        }

        foreach (Finding finding in scenario.Findings)
        {
            output.WriteLine($"{finding.Text}: {finding.Value(result)}");
        }

        bool all = true;
        foreach (Threshold threshold in scenario.Thresholds)
        {
            bool holds = threshold.Holds(result);
            all &= holds;
            output.WriteLine($"{(holds ? "held  " : "MISSED")} {threshold.Text}");
        }

        return all ? 0 : ThresholdsMissed;
    }

    private static Scenario Scale(Scenario scenario, double rate, double duration) => scenario with
    {
        Flows = [.. scenario.Flows.Select(flow => Scale(flow, rate, duration))],
        WarmUp = [.. scenario.WarmUp.Select(flow => Scale(flow, rate, duration))],
    };

    private static Flow Scale(Flow flow, double rate, double duration) => flow with
    {
        Load = flow.Load switch
        {
            ArrivalProfile arrivals => arrivals.Scale(rate, duration),
            ConstantSessions held => new ConstantSessions(Math.Max(1, (int)(held.Sessions * rate)), held.RampUp * duration, held.Duration * duration),
            _ => flow.Load,
        },
    };

    // artifacts/bin/EdgeSmtp.LoadTests/release/ -> artifacts/bin/EdgeSmtp.Server/release/edgesmtp
    private static string BuiltProgram()
    {
        DirectoryInfo here = new(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(here.Parent!.Parent!.FullName, "EdgeSmtp.Server", here.Name, "edgesmtp");
    }
}
