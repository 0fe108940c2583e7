using EdgeSmtp.Toolkit.Recipients;
using Xunit;

namespace EdgeSmtp.Tests.Backends.Recipients;

/// <summary>Asks a backend as the Recipients filter does: with a deadline, after which it waits no longer.</summary>
internal static class Asking
{
    /// <summary>The answer, or a temporary failure when the deadline came first.</summary>
    public static async Task<RecipientAnswer> FindAsync(this IRecipientBackend backend, string address, TimeSpan? deadline = null)
    {
        using CancellationTokenSource source = new(deadline ?? TimeSpan.FromSeconds(20), TimeProvider.System);
        try
        {
            return await backend.FindAsync(address, source.Token);
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
            return RecipientAnswer.TemporaryFailure("deadline");
        }
    }

    public static async Task KnowsAsync(this IRecipientBackend backend, string address) => Assert.Equal(RecipientAnswer.Known, await backend.FindAsync(address));

    public static async Task DoesNotKnowAsync(this IRecipientBackend backend, string address) =>
        Assert.Equal(RecipientAnswerKind.Unknown, (await backend.FindAsync(address)).Kind);

    /// <summary>Asserts that it cannot tell, and gives why.</summary>
    public static async Task<string> CannotTellAsync(this IRecipientBackend backend, string address, TimeSpan? deadline = null)
    {
        RecipientAnswer answer = await backend.FindAsync(address, deadline);
        Assert.Equal(RecipientAnswerKind.TemporaryFailure, answer.Kind);
        Assert.False(string.IsNullOrEmpty(answer.Detail));
        return answer.Detail!;
    }
}
