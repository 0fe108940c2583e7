namespace EdgeSmtp.Server.Configuration.Reading;

/// <summary>Compares two configurations option by option.</summary>
internal static class ConfigDifference
{
    /// <summary>One line for each option that differs: <c>- path = old</c>, <c>+ path = new</c>, or <c>~ path: old -> new</c>.</summary>
    /// <param name="before">One.</param>
    /// <param name="after">Other.</param>
    public static IReadOnlyList<string> Find(ConfigObject before, ConfigObject after)
    {
        List<string> differences = [];
        Compare(before, after, differences);
        return differences;
    }

    private static void Compare(ConfigObject before, ConfigObject after, List<string> differences)
    {
        foreach ((string key, ConfigNode old) in before.Members)
        {
            if (!after.Members.TryGetValue(key, out ConfigNode? replaced))
            {
                differences.Add($"- {old.Path} = {old}");
            }
            else if (old is ConfigObject left && replaced is ConfigObject right)
            {
                Compare(left, right, differences);
            }
            else if (old.ToString() != replaced.ToString())
            {
                differences.Add($"~ {old.Path}: {old} -> {replaced}");
            }
        }

        foreach ((string key, ConfigNode added) in after.Members)
        {
            if (!before.Members.ContainsKey(key))
            {
                differences.Add($"+ {added.Path} = {added}");
            }
        }
    }
}
