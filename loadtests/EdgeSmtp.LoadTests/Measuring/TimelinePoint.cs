namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>One second of a run.</summary>
/// <param name="Second">Since the beginning.</param>
/// <param name="Started">Arrivals in it.</param>
/// <param name="Ended">Arrivals that ended in it.</param>
/// <param name="Failed">Of those, in an error.</param>
/// <param name="Shed">Arrivals that were not served.</param>
/// <param name="InFlight">At its end.</param>
/// <param name="ServerCores">Processor cores that the server used; <c>null</c> when unknown.</param>
/// <param name="ServerBytes">Resident memory of the server; <c>null</c> when unknown.</param>
/// <param name="BackendCores">Processor cores that scanners used; <c>null</c> when there are none.</param>
internal sealed record TimelinePoint(
    int Second, long Started, long Ended, long Failed, long Shed, long InFlight, double? ServerCores, long? ServerBytes, double? BackendCores = null);
