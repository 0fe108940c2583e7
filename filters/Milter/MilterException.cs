namespace EdgeSmtp.Filters.Milter;

/// <summary>The milter cannot do its work: not there, too slow, or not to be understood. The message says which, for the log.</summary>
internal sealed class MilterException(string message, Exception? cause = null) : IOException(message, cause);
