using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeSmtp.Benchmarks;

/// <summary>The form of <c>allocations.json</c>.</summary>
internal static class PinOptions
{
    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
