using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Architecture;

/// <summary>
/// Operational messages have small ids of their own, because operators filter by them (docs/operations.md): a hundred for each project of ours, and 1 to 99 within a filter,
/// whose category has the name of its instance. Left to the compiler an id would be a hash of the method's name, such as 935656591.
/// </summary>
public sealed partial class EventIdTests
{
    private static readonly string[] Areas = ["Core", "Sessions", "Pipeline", "Queue", "Delivery", "Dns", "Toolkit", "Server", "Client"];

    [Fact]
    public void EveryOperationalMessage_HasAnIdOfItsArea()
    {
        var wrong =
            from message in Messages()
            where message.Id < message.First || message.Id > message.First + 98
            select $"{message.File}: {(message.Id < 0 ? "a message without id" : message.Id)}; ids here are {message.First} to {message.First + 98}";
        House.HasNo(wrong);
    }

    [Fact]
    public void EveryId_IsUsedOnce()
    {
        var twice =
            from message in Messages()
            group message.File by (message.Area, message.Id) into uses
            where uses.Count() > 1
            select $"{uses.Key.Id}: {string.Join(", ", uses)}";
        House.HasNo(twice);
        Assert.NotEmpty(Messages());
    }

    private static IEnumerable<(string File, string Area, int First, int Id)> Messages()
    {
        foreach (string path in SourceTree.Files("*.cs", "src", "filters"))
        {
            string file = SourceTree.Relative(path);
            string project = file.Split('/')[1];
            int area = file.StartsWith("src/EdgeSmtp.", StringComparison.Ordinal) ? Array.IndexOf(Areas, project["EdgeSmtp.".Length..]) : -1;
            foreach (Match match in Message().Matches(File.ReadAllText(path)))
            {
                int id = match.Groups["id"].Success ? int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture) : -1;
                yield return (file, project, area < 0 ? 1 : ((area + 1) * 100) + 1, id);
            }
        }
    }

    /// <summary>The attribute, and the event id that a delegate of LoggerMessage.Define is made with.</summary>
    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(?<id>\d+)?|LoggerMessage\.Define(?:<[^>]*>)?\((?:(?!LoggerMessage\.Define)[\s\S]){0,120}?new EventId\((?<id>\d+)?")]
    private static partial Regex Message();
}
