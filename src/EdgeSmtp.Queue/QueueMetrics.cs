using EdgeSmtp.Core.Metrics;

namespace EdgeSmtp.Queue;

/// <summary>Series of the queue and of staging.</summary>
public static class QueueMetrics
{
    /// <summary>Messages committed.</summary>
    public static readonly MetricDeclaration Commits = new("edgesmtp_queue_commits_total", MetricKind.Counter, "Messages made durable, reports included.");

    /// <summary>Commits refused.</summary>
    public static readonly MetricDeclaration Refused = new(
        "edgesmtp_queue_refused_total", MetricKind.Counter, "Submissions that did not become ours.", "reason");

    /// <summary>Frames in a batch.</summary>
    public static readonly MetricDeclaration BatchFrames = new(
        "edgesmtp_queue_batch_frames", MetricKind.Histogram, "Frames that shared one fdatasync.")
    { Buckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

    /// <summary>Syncs.</summary>
    public static readonly MetricDeclaration Syncs = new(
        "edgesmtp_queue_fsyncs_total", MetricKind.Counter, "Calls of fdatasync and fsync, by the kind of file.", "file");

    /// <summary>Time of a journal sync.</summary>
    public static readonly MetricDeclaration SyncDuration = new(
        "edgesmtp_queue_fsync_duration_seconds", MetricKind.Histogram, "Time that the fdatasync of a batch took.")
    { Buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] };

    /// <summary>Bytes written.</summary>
    public static readonly MetricDeclaration BytesWritten = new(
        "edgesmtp_queue_written_bytes_total", MetricKind.Counter, "Bytes written, by the kind of file.", "file");

    /// <summary>Messages in the queue.</summary>
    public static readonly MetricDeclaration Messages = new("edgesmtp_queue_messages", MetricKind.Gauge, "Messages in the queue, those in quarantine not counted.");

    /// <summary>Messages that are held.</summary>
    public static readonly MetricDeclaration Held = new("edgesmtp_queue_held_messages", MetricKind.Gauge, "Messages in the queue that are held until an operator decides, those in quarantine not counted.");

    /// <summary>Age of the oldest.</summary>
    public static readonly MetricDeclaration OldestAge = new("edgesmtp_queue_oldest_age_seconds", MetricKind.Gauge, "Age of the oldest message in the queue that is neither in quarantine nor held; 0 when there is none.");

    /// <summary>Ages of what is in the queue.</summary>
    public static readonly MetricDeclaration Age = new(
        "edgesmtp_queue_age_seconds", MetricKind.Gauge, "Ages of the messages in the queue that are not held: so large a share is younger. Of more than 4,096 messages a sample of so many is looked at. 0 when it is empty.", "share");

    /// <summary>Cold reads.</summary>
    public static readonly MetricDeclaration ColdReads = new("edgesmtp_queue_cold_reads_total", MetricKind.Counter, "Messages read back from disk for an attempt.");

    /// <summary>Damaged messages.</summary>
    public static readonly MetricDeclaration Damaged = new("edgesmtp_queue_damaged_messages_total", MetricKind.Counter, "Messages held because their content failed its checksum or could not be read.");

    /// <summary>Quarantined ranges.</summary>
    public static readonly MetricDeclaration Quarantined = new("edgesmtp_queue_quarantined_ranges_total", MetricKind.Counter, "Damaged ranges of the journal that recovery set aside.");

    /// <summary>Bytes of the hot set.</summary>
    public static readonly MetricDeclaration HotBytes = new("edgesmtp_queue_hot_bytes", MetricKind.Gauge, "Bytes of committed messages kept in memory for immediate delivery.");

    /// <summary>Segments.</summary>
    public static readonly MetricDeclaration Segments = new("edgesmtp_queue_segments", MetricKind.Gauge, "Segments of the journal, by state.", "state");

    /// <summary>Compacted messages.</summary>
    public static readonly MetricDeclaration Copied = new("edgesmtp_queue_compacted_messages_total", MetricKind.Counter, "Messages copied out of old segments.");

    /// <summary>Body files in use.</summary>
    public static readonly MetricDeclaration Bodies = new("edgesmtp_queue_body_files", MetricKind.Gauge, "Body files in use.");

    /// <summary>Health.</summary>
    public static readonly MetricDeclaration Health = new("edgesmtp_queue_health", MetricKind.Gauge, "0 open, 1 full, 2 failed, 3 closed.");

    /// <summary>Staging budget in use.</summary>
    public static readonly MetricDeclaration StagingBytes = new("edgesmtp_staging_bytes", MetricKind.Gauge, "Bytes of the staging budget in use.");

    /// <summary>Staging budget.</summary>
    public static readonly MetricDeclaration StagingBytesMax = new("edgesmtp_staging_bytes_max", MetricKind.Gauge, "Bytes of the staging budget.");
}
