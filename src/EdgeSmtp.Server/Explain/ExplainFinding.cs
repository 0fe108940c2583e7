using System.Text.Json;

namespace EdgeSmtp.Server.Explain;

/// <summary>What is known of an id.</summary>
/// <param name="Session">Id of the session.</param>
/// <param name="Transaction">The transaction that is meant; <c>null</c> for the whole session.</param>
/// <param name="Lines">The lines of the session, in order.</param>
internal sealed record ExplainFinding(string Session, string? Transaction, IReadOnlyList<JsonDocument> Lines)
{
    /// <summary>What belongs to it, in order: what is of its transaction or of none.</summary>
    public IEnumerable<JsonElement> Items
    {
        get
        {
            foreach (JsonElement item in Lines.SelectMany(static line => line.RootElement.GetProperty("items").EnumerateArray()))
            {
                if (Transaction is null || !item.TryGetProperty("transaction", out JsonElement transaction) || transaction.ValueEquals(Transaction))
                {
                    yield return item;
                }
            }
        }
    }

    /// <summary>Items that found no room in their batch.</summary>
    public int Omitted => Lines.Sum(static line => line.RootElement.TryGetProperty("omitted", out JsonElement omitted) ? omitted.GetInt32() : 0);
}
