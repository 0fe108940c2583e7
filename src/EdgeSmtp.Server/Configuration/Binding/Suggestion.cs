namespace EdgeSmtp.Server.Configuration.Binding;

/// <summary>Finds what somebody who mistyped a name meant.</summary>
internal static class Suggestion
{
    /// <summary>The end of a message: <c>; did you mean 'X'?</c>, or nothing when no name is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What there is.</param>
    public static string For(string name, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < least)
            {
                (least, best) = (distance, candidate);
            }
        }

        return best is null ? string.Empty : $"; did you mean '{best}'?";
    }

    private static int Distance(string left, string right)
    {
        int[] row = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
