namespace EdgeSmtp.Core.Explain;

/// <summary>Takes what happened in sessions, for <c>edgesmtp explain</c>. Never holds a session up: what it cannot take is dropped and counted.</summary>
public interface IExplainLog
{
    /// <summary>An empty batch. Fill it, then hand it to <see cref="Write"/>.</summary>
    ExplainBatch Rent();

    /// <summary>Takes the batch; it must not be touched afterwards.</summary>
    /// <param name="batch">A batch of <see cref="Rent"/>.</param>
    void Write(ExplainBatch batch);
}
