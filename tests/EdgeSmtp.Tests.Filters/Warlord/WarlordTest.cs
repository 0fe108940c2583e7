using System.Text;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Testing.Harness;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>What tests of Warlord share.</summary>
public abstract class WarlordTest
{
    /// <summary>What the filter says of a mail, and whether it knew before the last byte.</summary>
    internal static async Task<Verdict> JudgeAsync(string mail, WarlordFilterOptions? options = null, bool mayRelay = false)
    {
        using FilterHarness harness = FilterHarness.Of(static filters => filters.AddWarlord(), options);
        harness.Session.Relay = mayRelay;
        Verdict verdict = await harness.RunAsync(mail);
        await ((WarlordFilter)harness.Filter).DisposeAsync();
        return verdict;
    }

    internal static async Task<string?> TokenAsync(string mail, WarlordFilterOptions? options = null, bool mayRelay = false) => (await JudgeAsync(mail, options, mayRelay)).Reason?.Token;

    /// <summary>A mail as bytes, one for each character.</summary>
    internal static byte[] Bytes(string mail) => Encoding.Latin1.GetBytes(mail.Replace("\n", "\r\n", StringComparison.Ordinal));

    /// <summary>Options that look at one thing alone.</summary>
    internal static WarlordFilterOptions Only(string badMimeType = "Off", string badLoaderType = "Off") => new()
    {
        BadMimeType = badMimeType,
        BadLoaderType = badLoaderType,
        FileNames = [],
        MediaTypes = [],
        OnExecutable = WarlordAction.Ignore,
    };
}
