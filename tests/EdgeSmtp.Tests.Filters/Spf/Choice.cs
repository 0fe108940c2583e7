using CsCheck;

namespace EdgeSmtp.Tests.Filters.Spf;

/// <summary>Generates one of some texts.</summary>
internal static class Choice
{
    public static Gen<string> Of(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
}
