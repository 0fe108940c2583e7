namespace EdgeSmtp.Core.Storage;

/// <summary>Where messages lie while they are received and judged: pooled memory, above a threshold memfd or tmpfs; never the disk.</summary>
public interface IStagingArea
{
    /// <summary>The one budget for all staged messages and for committed ones kept for immediate delivery.</summary>
    ByteBudget Budget { get; }

    /// <summary>Begins a message.</summary>
    /// <param name="declaredBytes">What the client declared with SIZE, reserved at once; 0 when unknown.</param>
    /// <returns>The message, or <c>null</c> when it does not fit: 452 4.3.1.</returns>
    StagedMessage? TryBegin(long declaredBytes);
}
