using System.Diagnostics;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Core.Tracing;

namespace EdgeSmtp.Dns;

/// <summary>A question as part of the trace of whoever asks it: a filter, or an attempt to deliver. Questions of nobody who is traced have no span.</summary>
internal static class QuestionSpan
{
    /// <summary>Whether the asker is traced.</summary>
    public static bool IsWanted => Activity.Current is { IsAllDataRequested: true, Source.Name: Tracer.SourceName };

    /// <summary>Asks within a span.</summary>
    public static async ValueTask<DnsAnswer> AskAsync(DnsResolver resolver, string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        Activity? span = Activity.Current!.Below(Spans.DnsQuestion, ActivityKind.Client);
        span?.SetTag(SpanTags.DnsName, name).SetTag(SpanTags.DnsType, type.ToString());
        try
        {
            DnsAnswer answer = await resolver.FindAsync(name, type, span, cancellationToken).ConfigureAwait(false);
            span?.SetTag(SpanTags.Result, answer.Status.ToString());
            return answer;
        }
        catch (OperationCanceledException)
        {
            span?.SetTag(SpanTags.Result, "given-up");
            throw;
        }
        finally
        {
            span?.End();
        }
    }

    /// <summary>Says where the answer comes from, in the words of the metric.</summary>
    public static void CameFrom(Activity? span, string source) => span?.SetTag(SpanTags.Source, source);
}
