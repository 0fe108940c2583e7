using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Recipients;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Recipients;

/// <summary>What the tests of the filter share.</summary>
public abstract class RecipientsTest : IDisposable
{
    private readonly List<FilterHarness> _harnesses = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("edgesmtp-recipients-").FullName;

    public void Dispose()
    {
        foreach (FilterHarness harness in _harnesses)
        {
            // Its backends end at once here, whatever kind they are.
            ((RecipientsFilter)harness.Filter).DisposeAsync().AsTask().GetAwaiter().GetResult();
            harness.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal static RecipientsFilterOptions Options(string[] lines, params (string Name, FakeBackend Backend)[] backends) => new()
    {
        Lines = lines,
        Backends = backends.ToDictionary(static entry => entry.Name, static entry => entry.Backend.Part()),
    };

    protected string PathOf(string name) => Path.Combine(_folder, name);

    protected FilterHarness Create(RecipientsFilterOptions options)
    {
        FilterHarness harness = FilterHarness.Of(static registry => registry.AddRecipients(), options);
        harness.Session.RecipientsAreUnverified = true;
        _harnesses.Add(harness);
        return harness;
    }

    internal FilterHarness Create(string[] lines, params (string Name, FakeBackend Backend)[] backends) => Create(Options(lines, backends));

    protected static async Task<FilterReason?> AskAsync(FilterHarness harness, string address)
    {
        await harness.MailAsync();
        return (await harness.RcptAsync(address)).Reason;
    }

    /// <summary>Makes a program that the filter can run.</summary>
    protected string Script(string name, string body)
    {
        string path = PathOf(name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Makes a cdb.</summary>
    protected string Cdb(string name, params string[] addresses)
    {
        using EdgeSmtp.Toolkit.Cdb.CdbWriter writer = new(PathOf(name));
        foreach (string address in addresses)
        {
            writer.Add(System.Text.Encoding.UTF8.GetBytes($":{address}"), []);
        }

        writer.Commit();
        return PathOf(name);
    }
}
