using Microsoft.Extensions.Logging;

namespace EdgeSmtp.Queue.Store;

/// <summary>What the queue tells operators.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(401, LogLevel.Information, "Queue opened: {messages} messages, {frames} frames replayed, snapshot {snapshot}, clean {clean}")]
    public static partial void Opened(ILogger logger, int messages, long frames, ulong snapshot, bool clean);

    [LoggerMessage(402, LogLevel.Error, "Queue failed and takes no more mail until restart; delivery goes on from what is durable")]
    public static partial void Failed(ILogger logger, Exception error);

    [LoggerMessage(403, LogLevel.Warning, "Queue has no space: new mail gets 452 until there is some")]
    public static partial void Full(ILogger logger);

    [LoggerMessage(404, LogLevel.Information, "Queue has space again")]
    public static partial void SpaceAgain(ILogger logger);

    [LoggerMessage(405, LogLevel.Error, "Damaged range in segment {slot}, epoch {epoch}: bytes {from} to {to} set aside as {path}; messages in it are lost")]
    public static partial void Quarantined(ILogger logger, int slot, ulong epoch, long from, long to, string path);

    [LoggerMessage(406, LogLevel.Error, "Message {id} is in the index but its segment is gone; it is dropped")]
    public static partial void LostReference(ILogger logger, Core.Storage.MessageId id);

    [LoggerMessage(407, LogLevel.Error, "Message {id} cannot be read or fails its checksum; it is held")]
    public static partial void Damaged(ILogger logger, Core.Storage.MessageId id);

    [LoggerMessage(408, LogLevel.Error, "Segment {slot} has no valid header; it is set aside as {path}")]
    public static partial void DamagedHeader(ILogger logger, int slot, string path);

    [LoggerMessage(409, LogLevel.Error, "LSNs {from} to {to} are missing from the journal")]
    public static partial void MissingLsns(ILogger logger, ulong from, ulong to);

    [LoggerMessage(410, LogLevel.Error, "No index snapshot is whole; recovery walked the whole journal, and messages removed long ago may be sent again")]
    public static partial void DamagedSnapshots(ILogger logger);

    [LoggerMessage(411, LogLevel.Warning, "Damaged range could not be copied to {path}")]
    public static partial void NotSetAside(ILogger logger, string path, Exception error);
}
