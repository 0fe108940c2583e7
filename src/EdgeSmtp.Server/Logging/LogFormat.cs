namespace EdgeSmtp.Server.Logging;

/// <summary>How operational messages look on standard error.</summary>
internal enum LogFormat : byte
{
    /// <summary><see cref="Systemd"/> when the journal reads standard error, else <see cref="Text"/>.</summary>
    Auto,

    /// <summary>One line for people.</summary>
    Text,

    /// <summary>With the level prefixes that the journal understands.</summary>
    Systemd,

    /// <summary>One JSON object a line.</summary>
    Json,
}
