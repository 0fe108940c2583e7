namespace EdgeSmtp.Testing.Scripts;

/// <summary>A conversation did not go as its script says. The message has the whole conversation so far.</summary>
public sealed class ScriptException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ScriptException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong, and the conversation so far.</param>
    public ScriptException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong, and the conversation so far.</param>
    /// <param name="innerException">What the connection said.</param>
    public ScriptException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
