using System.Diagnostics;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Core.Tracing;

namespace EdgeSmtp.Pipeline.Driving;

/// <summary>Ends the span of a call with what the call came to.</summary>
internal static class CallSpan
{
    /// <summary>Ends it, if there is one.</summary>
    /// <param name="ended">The call.</param>
    /// <param name="call">What it was asked.</param>
    /// <param name="time">The clock of its timestamps.</param>
    /// <param name="isLeftOut">Whether its group was decided without it.</param>
    public static void End(FilterCall ended, in StageCall call, TimeProvider time, bool isLeftOut = false)
    {
        if (ended.Span is not { } span)
        {
            return;
        }

        ended.Span = null;
        if (span.IsAllDataRequested)
        {
            Describe(span, ended, call, isLeftOut);

            // A member of a group may have ended long before it is its turn to be judged.
            span.SetEndTime(span.StartTimeUtc + time.GetElapsedTime(ended.StartedAt, ended.EndedAt));
        }

        span.End();
    }

    private static void Describe(Activity span, FilterCall ended, in StageCall call, bool isLeftOut)
    {
        span.SetTag(SpanTags.Filter, ended.Node.Name).SetTag(SpanTags.Stage, call.Stage.Label());
        if (ended.Node.Shadow)
        {
            span.SetTag(SpanTags.Shadow, true);
        }

        if (call.Stage == Stage.Body)
        {
            span.SetTag(SpanTags.BodySeconds, call.Body!.TimeOf(ended.Node).TotalSeconds);
        }

        if (isLeftOut || ended.Outcome is CallOutcome.Aborted or CallOutcome.Dropped)
        {
            span.SetTag(SpanTags.Result, ended.Outcome == CallOutcome.Aborted ? "aborted" : "left-out");
            return;
        }

        if (ended.Outcome != CallOutcome.Done)
        {
            string kind = ErrorKinds.Of(ended.Outcome).Label();
            span.SetTag(SpanTags.Result, kind).SetTag(SpanTags.ErrorType, ended.Error?.GetType().FullName ?? kind).SetStatus(ActivityStatusCode.Error, kind);
            return;
        }

        Verdict verdict = call.Stage.IsPerRecipient() ? MostSevere(ended.Verdicts) : ended.Verdict;
        span.SetTag(SpanTags.Verdict, verdict.Kind.Label()).SetTag(SpanTags.Reason, verdict.Reason?.Token);
    }

    private static Verdict MostSevere(RecipientVerdicts verdicts)
    {
        Verdict worst = Verdict.Continue;
        for (int i = 0; i < verdicts.Count; i++)
        {
            worst = Verdict.MostSevere(worst, verdicts[i]);
        }

        return worst;
    }
}
