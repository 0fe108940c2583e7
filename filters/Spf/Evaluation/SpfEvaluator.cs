using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;

namespace EdgeSmtp.Filters.Spf.Evaluation;

/// <summary>
/// Sender Policy Framework (RFC 7208). Whatever records and clients hold, an evaluation ends: in at most 10 look-up terms, each of at most 10 hosts, and within its
/// time limit. Serves any number of evaluations at once.
/// </summary>
/// <param name="dns">The resolver.</param>
/// <param name="time">The clock, for the limit and for <c>%{t}</c>.</param>
/// <param name="policy">What is ours to decide.</param>
public sealed class SpfEvaluator(IDnsResolver dns, TimeProvider time, SpfPolicy policy)
{
    /// <summary>Evaluates.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="observer">Told each step; <c>null</c> for nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The result; when the time is up, <see cref="SpfStatus.TempError"/> (RFC 7208 §4.6.4).</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<SpfResult> EvaluateAsync(SpfQuery query, Action<SpfStep>? observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        using CancellationTokenSource limit = new(policy.TimeLimit, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        SpfCheck check = new(dns, policy, query, time.GetUtcNow(), new StepRecorder(observer), both.Token, cancellationToken);
        try
        {
            return await check.RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SpfResult(SpfStatus.TempError, query.Identity, query.Domain) { Problem = "the look-ups took too long" };
        }
    }
}
