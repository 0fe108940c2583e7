using System.Text;

namespace EdgeSmtp.Sessions;

/// <summary>Label values from our own enumerations: lower-case words joined by hyphens.</summary>
internal static class MetricLabels
{
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        StringBuilder label = new();
        foreach (char c in value.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && label.Length > 0)
            {
                label.Append('-');
            }

            label.Append(char.ToLowerInvariant(c));
        }

        return label.ToString();
    }
}
