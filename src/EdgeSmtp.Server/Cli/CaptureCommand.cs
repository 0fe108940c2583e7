using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeSmtp.Core.Capture;
using EdgeSmtp.Server.Admin;
using EdgeSmtp.Server.Capture;
using EdgeSmtp.Server.Configuration;
using EdgeSmtp.Server.Events;

namespace EdgeSmtp.Server.Cli;

/// <summary><c>edgesmtp capture</c>: has the running server record sessions, for <c>edgesmtp replay</c>.</summary>
internal static class CaptureCommand
{
    private static readonly TimeSpan TimeMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TimeMax = TimeSpan.FromDays(366);

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("capture", "Record sessions of the running server, for 'edgesmtp replay'.")
    {
        Start(),
        Status(),
        Plain("stop", "Stop recording. What was recorded stays until it is too old."),
        Plain("delete", "Stop recording and remove what was recorded."),
    };

    private static Command Start()
    {
        Option<TimeSpan> time = Bounded("--for", "TIME", "How long, as DAYS.HH:MM:SS. Default a day.", TimeSpan.FromDays(1), TimeMin, TimeMax);
        Option<double> share = Bounded("--share", "SHARE", "Share of the sessions, 0.000001 to 1. Default 1.", 1, 1e-6, 1.0);
        Option<bool> content = new("--content") { Description = "Record messages too: without them, filters that read messages cannot be asked again." };
        Option<long> contentMax = Bounded("--content-bytes-max", "BYTES", "Largest message that is recorded. Default 262144.", 256L << 10, 1, CapturedSession.ContentBytesMost);
        Option<long> size = Bounded("--size-bytes-max", "BYTES", "Bytes of all files; the oldest go first. Default 1 GiB.", 1L << 30, CaptureSettings.SizeBytesLeast, CaptureSettings.SizeBytesMost);
        Option<TimeSpan> age = Bounded("--age-max", "TIME", "Age at which records go, as DAYS.HH:MM:SS. Default 7 days.", TimeSpan.FromDays(7), TimeMin, TimeMax);
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Command command = new("start", "Begin to record: envelopes, HELO names, client addresses, what the DNS said, and what each filter said of it.") { time, share, content, contentMax, size, age, config, data };
        command.SetAction((parsed, cancellationToken) =>
        {
            CaptureSettings settings = new(
                TimeProvider.System.GetUtcNow() + parsed.GetValue(time), parsed.GetValue(share), parsed.GetValue(content) ? parsed.GetValue(contentMax) : -1, parsed.GetValue(size), parsed.GetValue(age));
            return AskAsync(parsed, config, data, $"capture/start?settings={Uri.EscapeDataString(JsonSerializer.Serialize(settings))}", cancellationToken);
        });
        return command;
    }

    private static Command Plain(string name, string description)
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Command command = new(name, description) { config, data };
        command.SetAction((parsed, cancellationToken) => AskAsync(parsed, config, data, $"capture/{name}", cancellationToken));
        return command;
    }

    private static Command Status()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string?> data = SharedOptions.QueueDirectory();
        Command command = new("status", "Show what is being recorded, and how much there is.") { config, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (SharedOptions.Folder(parsed, config, data) is not { } folder)
            {
                return ExitCode.Usage;
            }

            using AdminClient client = new(AdminSocket.PathOf(folder));
            using HttpResponseMessage? response = await client.GetAsync("capture", cancellationToken);
            CaptureSettings? settings = response is null ? null : JsonSerializer.Deserialize<CaptureSettings>(await response.Content.ReadAsStreamAsync(cancellationToken));
            TextWriter output = parsed.InvocationConfiguration.Output;
            output.WriteLine(settings is null
                ? "nothing is being recorded"
                : string.Create(CultureInfo.InvariantCulture, $"recording until {settings.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, {settings.Share:P0} of the sessions, {(settings.ContentBytesMax < 0 ? "without content" : $"with content up to {settings.ContentBytesMax} bytes")}"));
            FileInfo[] files = [.. LineFiles.List(ConfigurationPaths.CaptureOf(folder)).Select(static path => new FileInfo(path))];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files.Sum(static file => file.Length)} bytes in {files.Length} files in {ConfigurationPaths.CaptureOf(folder)}"));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> AskAsync(ParseResult parsed, Option<string?> config, Option<string?> data, string path, CancellationToken cancellationToken)
    {
        if (SharedOptions.Folder(parsed, config, data) is not { } folder)
        {
            return ExitCode.Usage;
        }

        using AdminClient client = new(AdminSocket.PathOf(folder));
        using HttpResponseMessage? response = await client.PostAsync(path, cancellationToken);
        return await ServerAnswer.PrintAsync(response, folder, "records", new QueueOutput(parsed.InvocationConfiguration, json: false), cancellationToken);
    }

    /// <summary>An option whose value has limits.</summary>
    private static Option<T> Bounded<T>(string name, string helpName, string description, T value, T least, T most)
        where T : IComparable<T>, ISpanParsable<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!T.TryParse(text, CultureInfo.InvariantCulture, out T? parsed) || parsed.CompareTo(least) < 0 || parsed.CompareTo(most) > 0)
                {
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a value from {least} to {most}, not '{text}'."));
                    return value;
                }

                return parsed;
            },
        };
}
