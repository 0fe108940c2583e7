using EdgeSmtp.Filters.Warlord;
using EdgeSmtp.Filters.Warlord.Signatures;
using Xunit;

namespace EdgeSmtp.Tests.Filters.Warlord;

/// <summary>The switches of Spamcontrol, with what is documented of them and not always what they did.</summary>
public sealed class WarlordSwitchTests : WarlordTest
{
    private static readonly string Loader = WarlordMail.Base64("xx KERNEL32.dll xx"u8.ToArray());

    // D2: the empty value, documented as "on", did nothing.
    [Theory]
    [InlineData("", true, true)]
    [InlineData("-", false, false)]
    [InlineData("!", true, true)]
    [InlineData("+", true, false)]
    [InlineData("x", true, true)]
    [InlineData("On", true, true)]
    [InlineData("off", false, false)]
    [InlineData("Strict", true, true)]
    [InlineData("ExceptRelay", true, false)]
    public async Task BadMimeType_Value_ConcernsStrangersAndRelayClients(string value, bool strangers, bool relay)
    {
        Assert.Equal(strangers ? "bad-mime-type" : null, await TokenAsync(WarlordMail.Base64(WarlordMail.Program), Only(badMimeType: value)));
        Assert.Equal(relay ? "bad-mime-type" : null, await TokenAsync(WarlordMail.Base64(WarlordMail.Program), Only(badMimeType: value), mayRelay: true));
    }

    // D3: "+" switched the check off for everybody.
    [Theory]
    [InlineData("-", false, false)]
    [InlineData("+", true, false)]
    [InlineData("M", true, true)]
    [InlineData("V", false, false)]
    [InlineData("", true, true)]
    [InlineData("On", true, true)]
    [InlineData("Off", false, false)]
    [InlineData("ExceptRelay", true, false)]
    public async Task BadLoaderType_Value_ConcernsStrangersAndRelayClients(string value, bool strangers, bool relay)
    {
        Assert.Equal(strangers ? "bad-loader-type" : null, await TokenAsync(Loader, Only(badLoaderType: value)));
        Assert.Equal(relay ? "bad-loader-type" : null, await TokenAsync(Loader, Only(badLoaderType: value), mayRelay: true));
    }

    [Theory]
    [InlineData("!", "base64-white-space")]
    [InlineData("", null)]
    public async Task BadMimeType_Strict_RefusesWhiteSpaceWithinBase64(string value, string? token)
    {
        Assert.Equal(token, await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: base64", "QUFB QUFB\nQUFB"), Only(badMimeType: value)));
        Assert.Equal(token, await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: base64", "QUFB\tQUFB\n"), Only(badMimeType: value)));
        Assert.Null(await TokenAsync(WarlordMail.Attached("Content-Transfer-Encoding: base64", "QUFBQUFB\nQUFB\n"), Only(badMimeType: value)));
    }

    [Theory]
    [InlineData("Sometimes", "Off")]
    [InlineData("On", "Sometimes")]
    public void Value_Unknown_IsAnErrorOfTheConfiguration(string badMimeType, string badLoaderType) => Assert.False(OptionsOf.AreValid(Only(badMimeType, badLoaderType)));

    // D11: what may be skipped by a scanner is known without BADMIMETYPE, and an attachment in any encoding is one.
    [Theory]
    [InlineData("Subject: x\n\nA text.\n", true)]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\nA =3D text.\n", true)]
    [InlineData("Content-Type: multipart/alternative; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: text/html\n\nhtml\n--b--\n", true)]
    [InlineData("Content-Transfer-Encoding: base64\n\nQUFB\n", false)]
    [InlineData("Content-Type: image/png\n\nx\n", false)]
    [InlineData("Content-Type: text/plain; name=a.txt\n\nx\n", false)]
    [InlineData("Subject: x\n\nbegin 644 a.txt\n#0V%T\n`\nend\n", false)]
    [InlineData("Content-Type: message/rfc822\n\nSubject: y\n\nx\n", false)]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\nno part\n", false)]
    public async Task MarkTextOnly_PublishesTheFactOfTextsAlone(string mail, bool isTextOnly)
    {
        foreach (bool marks in new[] { true, false })
        {
            WarlordFilterOptions options = Only() with { MarkTextOnly = marks, OnAmbiguous = WarlordAction.Ignore };
            using EdgeSmtp.Testing.Harness.FilterHarness harness = EdgeSmtp.Testing.Harness.FilterHarness.Of(static filters => filters.AddWarlord(), options);
            await harness.BodyAsync(Bytes(mail));
            Assert.Equal(marks && isTextOnly, harness.Context.TryRead(harness.Transaction, WarlordFacts.TextOnly, out bool textOnly) && textOnly);
        }
    }

    [Theory]
    [InlineData("TVqQAAMA")]
    [InlineData("TVqQ AMAA")]
    public void Prefix_ThatIsNone_IsAnErrorOfTheConfiguration(string key)
    {
        List<string> errors = [];
        PrefixList.Parse([key], errors);
        Assert.Single(errors);
        Assert.False(OptionsOf.AreValid(new WarlordFilterOptions { BadMimeTypes = [key] }));
        Assert.False(OptionsOf.AreValid(new WarlordFilterOptions { BadLoaderTypes = ["M 5k"] }));
    }
}
