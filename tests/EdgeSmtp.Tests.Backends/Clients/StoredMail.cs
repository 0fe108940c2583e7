using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>Compares what arrived with what was sent: equal byte for byte after the trace fields of the servers on the way.</summary>
internal static partial class StoredMail
{
    /// <summary>Asserts that the stored bytes are trace fields followed by exactly the content, in the coding of a Maildir (LF).</summary>
    public static void AssertIntact(Specimen sent, ReadOnlySpan<byte> stored) => AssertIntact(sent.Content, stored);

    public static void AssertIntact(byte[] content, ReadOnlySpan<byte> stored)
    {
        byte[] expected = Newlines.ToLf(content);
        ReadOnlySpan<byte> firstLine = expected.AsSpan(0, expected.AsSpan().IndexOf((byte)'\n') + 1);
        int start = stored.IndexOf(firstLine);
        Assert.True(start >= 0, "The first field of the message is not in what was stored.");
        AssertTrace(Encoding.UTF8.GetString(stored[..start]));

        ReadOnlySpan<byte> own = stored[start..];
        int same = own.CommonPrefixLength(expected);
        Assert.True(
            same == expected.Length && own.Length == expected.Length,
            $"Sent {expected.Length} bytes, stored {own.Length}; the first difference is at {same}: "
            + $"sent \"{Show(expected.AsSpan(same))}\", stored \"{Show(own[same..])}\"");
    }

    /// <summary>The trace fields that stand before the sender's own bytes, unfolded, one string each.</summary>
    public static string[] Trace(Specimen sent, byte[] stored)
    {
        int start = stored.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"X-Token: {sent.Token}"));
        return Fold().Replace(Encoding.UTF8.GetString(stored, 0, start), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void AssertTrace(string text)
    {
        foreach (string field in Fold().Replace(text, " ").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Matches(TraceField(), field);
    }

    private static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 60)]);

    [GeneratedRegex("\n[ \t]+")]
    private static partial Regex Fold();

    [GeneratedRegex("^(Return-Path|Delivered-To|X-Original-To|Received|Received-SPF|Authentication-Results): ")]
    private static partial Regex TraceField();
}
