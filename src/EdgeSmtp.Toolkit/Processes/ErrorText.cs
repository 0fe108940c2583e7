using System.Text;

namespace EdgeSmtp.Toolkit.Processes;

/// <summary>What programs write to their standard error, as a log may show it.</summary>
internal static class ErrorText
{
    /// <summary>The text with a space for each control character: none of them reaches a terminal or begins another line.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes).Trim();
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
