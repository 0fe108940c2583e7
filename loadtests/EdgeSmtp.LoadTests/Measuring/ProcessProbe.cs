using System.Globalization;

namespace EdgeSmtp.LoadTests.Measuring;

/// <summary>Processor time and memory of the server's processes, from the kernel.</summary>
/// <param name="processes">Ids; those that have ended count for nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class ProcessProbe(Func<IEnumerable<int>> processes, TimeProvider time)
{
    // sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;
    private double _lastSeconds = double.NaN;
    private long _lastAt;

    /// <summary>Cores used since the last call, and resident bytes now; <c>null</c> when there is nothing to look at.</summary>
    public (double? Cores, long? Bytes) Sample()
    {
        double seconds = 0;
        long bytes = 0;
        bool any = false;
        foreach (int process in processes())
        {
            try
            {
                // proc(5): the name in parentheses may contain blanks; the fields after it begin with the third.
                string stat = File.ReadAllText($"/proc/{process}/stat");
                string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                seconds += (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
                bytes += Number(fields[21]) * Environment.SystemPageSize;
                any = true;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        if (!any)
        {
            _lastSeconds = double.NaN;
            return (null, null);
        }

        long now = time.GetTimestamp();
        double? cores = double.IsNaN(_lastSeconds) || seconds < _lastSeconds ? null : (seconds - _lastSeconds) / time.GetElapsedTime(_lastAt, now).TotalSeconds;
        (_lastSeconds, _lastAt) = (seconds, now);
        return (cores, bytes);
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
