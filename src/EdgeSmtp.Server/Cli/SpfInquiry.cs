using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using EdgeSmtp.Abstractions.Authentication;
using EdgeSmtp.Abstractions.Dns;
using EdgeSmtp.Filters.Spf;
using EdgeSmtp.Filters.Spf.Evaluation;
using EdgeSmtp.Protocol.Addresses;

namespace EdgeSmtp.Server.Cli;

/// <summary>One evaluation of SPF, step by step, for people or for programs.</summary>
internal sealed class SpfInquiry(IDnsResolver dns, SpfFilterOptions options, IPAddress client, string from, string hello, string receiver)
{
    private const int LookupsMax = 10;

    /// <summary>Evaluates and prints.</summary>
    public async Task<int> RunAsync(bool json, TextWriter output, CancellationToken cancellationToken)
    {
        SpfQuery query = Query();
        List<SpfStep> steps = [];
        SpfResult result = await new SpfEvaluator(dns, TimeProvider.System, SpfPolicy.Of(options)).EvaluateAsync(query, steps.Add, cancellationToken);
        await output.WriteLineAsync(json ? Json(query, steps, result) : Text(query, steps, result));
        return result.Status == SpfStatus.TempError ? ExitCode.Failed : ExitCode.Done;
    }

    private SpfQuery Query()
    {
        string name = NameOf(hello);
        if (from is "" or "<>")
        {
            // RFC 7208 §2.4.
            return new SpfQuery(client, SpfIdentity.Hello, "postmaster", name, name, receiver);
        }

        int at = from.LastIndexOf('@');
        return new SpfQuery(client, SpfIdentity.MailFrom, at < 0 ? string.Empty : from[..at], NameOf(from[(at + 1)..]), name, receiver);
    }

    private static string NameOf(string name) => DomainName.ToALabel(name) ?? name;

    private static string IdentityOf(SpfQuery query) => query.Identity == SpfIdentity.MailFrom ? "mailfrom" : "helo";

    private string Text(SpfQuery query, List<SpfStep> steps, SpfResult result)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"client   {client}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{IdentityOf(query),-8} {query.LocalPart}@{query.Domain}");
        text.AppendLine();
        foreach (SpfStep step in steps)
        {
            text.Append(' ', 2 * (step.Depth + 1));
            text.Append(Label(step.Kind)).Append(step.Subject).Append(step.Kind == SpfStepKind.Modifier ? " to " : ": ").Append(step.Outcome);
            if (step.Kind is SpfStepKind.Mechanism or SpfStepKind.Modifier)
            {
                text.Append(CultureInfo.InvariantCulture, $"  [{step.Lookups} of {LookupsMax} look-ups, {step.VoidLookups} without answer]");
            }

            text.AppendLine();
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"result   {SpfStatusNames.Of(result.Status)}{Why(result)}");
        if (result.Explanation is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"because  {result.Explanation}");
        }

        text.Append(CultureInfo.InvariantCulture, $"cost     {Spent(steps)} of {LookupsMax} look-ups, {Void(steps)} without answer, {Questions(steps)} questions");
        return text.ToString();
    }

    private static string Label(SpfStepKind kind) => kind switch
    {
        SpfStepKind.Lookup => "ask ",
        SpfStepKind.Explanation => "explanation of ",
        SpfStepKind.Guess => "best guess for ",
        _ => string.Empty,
    };

    private static string Why(SpfResult result)
    {
        string why = result.Problem is { } problem ? $": {problem}" : result.Mechanism is { } mechanism ? $" by {mechanism}" : string.Empty;
        why += result.Source == SpfSource.LocalPolicy ? ", our local policy" : string.Empty;
        return result.Guess is { } guess ? $"{why}, best guess {SpfStatusNames.Of(guess)}" : why;
    }

    private static int Spent(List<SpfStep> steps) => steps.Count == 0 ? 0 : steps.Max(static step => step.Lookups);

    private static int Void(List<SpfStep> steps) => steps.Count == 0 ? 0 : steps.Max(static step => step.VoidLookups);

    private static int Questions(List<SpfStep> steps) => steps.Count(static step => step.Kind == SpfStepKind.Lookup);

    private string Json(SpfQuery query, List<SpfStep> steps, SpfResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("client", client.ToString());
            json.WriteString("identity", IdentityOf(query));
            json.WriteString("localPart", query.LocalPart);
            json.WriteString("domain", query.Domain);
            json.WriteString("helo", query.Hello);
            json.WriteString("result", SpfStatusNames.Of(result.Status));
            json.WriteString("mechanism", result.Mechanism);
            json.WriteString("problem", result.Problem);
            json.WriteString("explanation", result.Explanation);
            json.WriteBoolean("localPolicy", result.Source == SpfSource.LocalPolicy);
            json.WriteString("bestGuess", result.Guess is { } guess ? SpfStatusNames.Of(guess) : null);
            json.WriteNumber("lookups", Spent(steps));
            json.WriteNumber("voidLookups", Void(steps));
            json.WriteNumber("questions", Questions(steps));
            json.WriteStartArray("steps");
            foreach (SpfStep step in steps)
            {
                json.WriteStartObject();
                json.WriteString("kind", step.Kind.ToString().ToLowerInvariant());
                json.WriteNumber("depth", step.Depth);
                json.WriteString("subject", step.Subject);
                json.WriteString("outcome", step.Outcome);
                json.WriteNumber("lookups", step.Lookups);
                json.WriteNumber("voidLookups", step.VoidLookups);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
