namespace EdgeSmtp.Delivery.Reports;

/// <summary>Bounds the reports of a minute: a bucket that fills evenly. Thread-safe.</summary>
internal sealed class ReportLimiter(TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = double.MaxValue;
    private long _last = time.GetTimestamp();

    /// <summary>Takes the right to one report.</summary>
    /// <param name="perMinute">Reports of a minute.</param>
    public bool TryTake(int perMinute)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            double minutes = time.GetElapsedTime(_last, now).TotalMinutes;
            _last = now;
            _tokens = Math.Min(perMinute, _tokens + (minutes * perMinute));
            if (_tokens < 1) return false;
            _tokens--;
            return true;
        }
    }
}
