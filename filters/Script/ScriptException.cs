namespace EdgeSmtp.Filters.Script;

/// <summary>The program did not do its part: it ended, or said what does not belong there. The message says which, for the log.</summary>
internal sealed class ScriptException(string message, Exception? cause = null) : IOException(message, cause);
