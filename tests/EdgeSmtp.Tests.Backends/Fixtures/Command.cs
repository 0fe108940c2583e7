using System.Diagnostics;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Runs a program to its end and gives what it printed.</summary>
internal static class Command
{
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
    }

    public static Task<Result> RunAsync(string program, params string[] arguments) => RunAsync(ReadOnlyMemory<byte>.Empty, program, arguments);

    public static async Task<Result> RunAsync(ReadOnlyMemory<byte> input, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(Programs.Find(program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and output say why.
        }
        using CancellationTokenSource source = new(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.");
        }
        return new(process.ExitCode, await output, await error);
    }
}
