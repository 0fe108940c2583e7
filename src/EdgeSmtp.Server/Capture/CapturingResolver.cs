using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Server.Capture;

/// <summary>The resolver of filters, which shows what it said to the recorder.</summary>
/// <param name="resolver">The resolver.</param>
/// <param name="recorder">Takes the answers.</param>
internal sealed class CapturingResolver(IDnsResolver resolver, CaptureRecorder recorder) : IDnsResolver
{
    /// <inheritdoc />
    public ValueTask<DnsAnswer> ResolveAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        ValueTask<DnsAnswer> answer = resolver.ResolveAsync(name, type, cancellationToken);
        if (!recorder.IsRecording)
        {
            return answer;
        }

        if (!answer.IsCompletedSuccessfully)
        {
            return WaitAsync(name, type, answer);
        }

        DnsAnswer known = answer.Result;
        recorder.Answered(name, type, known);
        return new ValueTask<DnsAnswer>(known);
    }

    private async ValueTask<DnsAnswer> WaitAsync(string name, DnsRecordType type, ValueTask<DnsAnswer> answer)
    {
        DnsAnswer known = await answer.ConfigureAwait(false);
        recorder.Answered(name, type, known);
        return known;
    }
}
