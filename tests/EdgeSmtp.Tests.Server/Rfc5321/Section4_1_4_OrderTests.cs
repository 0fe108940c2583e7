using EdgeSmtp.Sessions.Smtp;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Rfc5321;

/// <summary>Every cell of the state table, through the wire: what each state answers to each verb, and that a refused verb changes nothing.</summary>
public sealed class Section4_1_4_OrderTests
{
    private static readonly string[] Verbs =
    [
        "HELO h.example", "EHLO h.example", "MAIL FROM:<a@b.example>", "RCPT TO:<user@example.com>", "DATA", "BDAT 3 LAST", "RSET", "VRFY x", "EXPN x", "HELP", "NOOP", "QUIT",
        "STARTTLS", "AUTH PLAIN x", "ETRN x", "TURN", "XCLIENT x", "LHLO x", "NONSENSE",
    ];

    /// <summary>For each state the replies in the order of <see cref="Verbs"/>. STARTTLS is 502 where the listener has no certificate.</summary>
    private static readonly Dictionary<string, string> Replies = new()
    {
        ["Greeted"] = "250 250 503 503 503 503 250 252 502 214 250 221 503 502 502 502 502 502 500",
        ["Ready"] = "250 250 250 503 503 503 250 252 502 214 250 221 502 502 502 502 502 502 500",
        ["Mail"] = "250 250 503 250 503 503 250 252 502 214 250 221 502 502 502 502 502 502 500",
        ["Rcpt"] = "250 250 503 250 354 250 250 252 502 214 250 221 502 502 502 502 502 502 500",
        ["Bdat"] = "250 250 503 503 503 250 250 252 502 214 250 221 503 502 502 502 502 502 500",
        ["Refused"] = "503 503 503 503 503 503 503 503 503 503 503 221 503 503 503 503 503 503 500",
    };

    public static TheoryData<string, string, string> Cells()
    {
        TheoryData<string, string, string> cells = [];
        foreach ((string state, string replies) in Replies)
        {
            string[] codes = replies.Split(' ');
            Assert.Equal(Verbs.Length, codes.Length);
            for (int i = 0; i < Verbs.Length; i++)
            {
                cells.Add(state, Verbs[i], codes[i]);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task State_ForAVerb_AnswersAsTheTableSays(string state, string line, string code)
    {
        await using SessionHost host = new(listener => listener.RejectAt = Pipeline.RejectAt.Stage);
        if (state == "Refused")
        {
            host.With(FakeFilter.OnConnect(FakeFilter.Reject));
        }

        TestClient client = host.Connect();
        await ReachAsync(client, state);
        if (line.StartsWith("BDAT", StringComparison.Ordinal))
        {
            await client.SendAsync(line + "\r\nxyz");
            await client.ExpectAsync(code);
        }
        else
        {
            await client.CommandAsync(line, code);
        }

        if (code[0] == '5' && state is not ("Refused" or "Greeted"))
        {
            await AssertStillAsync(client, state);
        }
    }

    [Fact]
    public void Table_OfHealthChecks_AllowsNoMail()
    {
        Assert.Equal(554, StateTable.Refuse(SmtpState.HealthCheck, Protocol.Smtp.SmtpVerb.Mail)!.Code);
        Assert.Null(StateTable.Refuse(SmtpState.HealthCheck, Protocol.Smtp.SmtpVerb.Ehlo));
        Assert.Null(StateTable.Refuse(SmtpState.HealthCheck, Protocol.Smtp.SmtpVerb.Quit));
    }

    private static async Task ReachAsync(TestClient client, string state)
    {
        await client.ReplyAsync();
        string[] lines = state switch
        {
            "Ready" => ["EHLO c.example"],
            "Mail" => ["EHLO c.example", "MAIL FROM:<s@b.example>"],
            "Rcpt" => ["EHLO c.example", "MAIL FROM:<s@b.example>", "RCPT TO:<user@example.com>"],
            "Bdat" => ["EHLO c.example", "MAIL FROM:<s@b.example>", "RCPT TO:<user@example.com>", "BDAT 0"],
            _ => [],
        };
        foreach (string line in lines)
        {
            await client.CommandAsync(line, "250");
        }
    }

    /// <summary>What only this state answers so.</summary>
    private static async Task AssertStillAsync(TestClient client, string state)
    {
        switch (state)
        {
            case "Ready":
                await client.CommandAsync("MAIL FROM:<a@b.example>", "250");
                break;
            case "Mail":
                await client.CommandAsync("RCPT TO:<user@example.com>", "250");
                break;
            case "Rcpt":
                await client.CommandAsync("DATA", "354");
                break;
            default:
                await client.CommandAsync("BDAT 0 LAST", "250 2.0.0 Ok: queued");
                break;
        }
    }
}
