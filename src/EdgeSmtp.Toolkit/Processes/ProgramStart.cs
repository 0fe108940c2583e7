using System.ComponentModel;
using System.Diagnostics;

namespace EdgeSmtp.Toolkit.Processes;

/// <summary>How every program of ours is started: in a session and process group of its own, with PATH as its environment, and with pipes at its standard streams.</summary>
internal static class ProgramStart
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Describes a program that is the leader of a new process group.</summary>
    /// <param name="words">The program and its arguments, each as it is.</param>
    public static ProcessStartInfo Describe(IEnumerable<string> words)
    {
        ProcessStartInfo start = new("setsid", words)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        string path = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } own ? own : DefaultPath;
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        return start;
    }

    /// <summary>Adds variables, in place of those with the same names.</summary>
    public static void Add(IReadOnlyDictionary<string, string> variables, ProcessStartInfo start)
    {
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">No process could be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new IOException("no process was started");
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"setsid could not be started: {exception.Message}", exception);
        }
    }
}
