namespace EdgeSmtp.Pipeline;

/// <summary>A filter that holds threads without awaiting.</summary>
/// <param name="Filter">Name of the instance.</param>
/// <param name="Calls">Calls that have held their thread for more than a tenth of a second.</param>
public readonly record struct BlockingFilter(string Filter, int Calls);
