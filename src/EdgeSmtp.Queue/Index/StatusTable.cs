namespace EdgeSmtp.Queue.Index;

/// <summary>
/// Status texts, each once: a backlog has few different ones. Above a bound a new text is kept only as its codes (<c>451 4.7.1</c>), of which there are few, so that
/// replies with random parts cannot fill memory.
/// </summary>
/// <param name="textsMax">Different texts kept whole.</param>
internal sealed class StatusTable(int textsMax = 4096)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(string? Text, int Uses)> _texts = [(null, 0)];
    private readonly Stack<int> _free = new();

    /// <summary>Counts a use of a text.</summary>
    /// <param name="text">The text, or <c>null</c>.</param>
    /// <returns>Its number; 0 for <c>null</c>.</returns>
    public int Use(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        if (!_numbers.TryGetValue(text, out int number) && _numbers.Count >= textsMax)
        {
            text = CodesOf(text);
            _numbers.TryGetValue(text, out number);
        }

        if (number == 0)
        {
            if (!_free.TryPop(out number))
            {
                number = _texts.Count;
                _texts.Add(default);
            }

            _texts[number] = (text, 0);
            _numbers.Add(text, number);
        }

        _texts[number] = (_texts[number].Text, _texts[number].Uses + 1);
        return number;
    }

    /// <summary>Ends a use.</summary>
    /// <param name="number">A number that <see cref="Use"/> gave.</param>
    public void Release(int number)
    {
        if (number == 0)
        {
            return;
        }

        (string? text, int uses) = _texts[number];
        _texts[number] = (text, uses - 1);
        if (uses == 1)
        {
            _numbers.Remove(text!);
            _texts[number] = default;
            _free.Push(number);
        }
    }

    /// <summary>The text of a number.</summary>
    /// <param name="number">A number in use.</param>
    public string? this[int number] => _texts[number].Text;

    private static string CodesOf(string text)
    {
        int end = 0;
        while (end < text.Length && end < 16 && (char.IsAsciiDigit(text[end]) || text[end] is ' ' or '.' or '-'))
        {
            end++;
        }

        return text[..end].Trim();
    }
}
