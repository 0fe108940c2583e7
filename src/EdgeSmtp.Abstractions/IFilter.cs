namespace EdgeSmtp.Abstractions;

/// <summary>
/// A filter. Implement the interfaces of the stages it takes part in. One instance serves all sessions at once, so what belongs to a session,
/// transaction or recipient goes into its slots (<see cref="FilterSubject"/>). Logging, metrics, deadlines and failure policy are the driver's.
/// An instance that is <see cref="IDisposable"/> or <see cref="IAsyncDisposable"/> is disposed when the last session that uses it has ended.
/// </summary>
public interface IFilter;
