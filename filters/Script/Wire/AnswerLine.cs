namespace EdgeSmtp.Filters.Script.Wire;

/// <summary>An answer as it stands there. Only the number is needed: the rest is what the program wants done.</summary>
/// <remarks>What may be left out has a setter: the reader would put its own default into one that can only be initialised.</remarks>
internal sealed record AnswerLine
{
    /// <summary>Number of the question.</summary>
    public required ulong Id { get; init; }

    /// <summary><c>continue</c>, <c>discard</c>, <c>quarantine</c>, <c>defer</c>, <c>reject</c> or <c>disconnect</c>.</summary>
    public string Verdict { get; set; } = "continue";

    /// <summary>Reply code; of the verdict when it is left out.</summary>
    public ushort? Code { get; set; }

    /// <summary>Enhanced status code; of the verdict when it is left out.</summary>
    public string? Enhanced { get; set; }

    /// <summary>Text of the reply; of the verdict when it is left out.</summary>
    public string? Text { get; set; }

    /// <summary>For the log alone.</summary>
    public string? Detail { get; set; }

    /// <summary>At the message stage: positions of the recipients that the verdict is about; all when it is left out.</summary>
    public IReadOnlyList<int>? For { get; set; }

    /// <summary>Header fields to insert: name and value of each.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Headers { get; set; } = [];

    /// <summary>Points by name.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; set; } = new Dictionary<string, double>();

    /// <summary>Names of facts.</summary>
    public IReadOnlyList<string> Facts { get; set; } = [];
}
