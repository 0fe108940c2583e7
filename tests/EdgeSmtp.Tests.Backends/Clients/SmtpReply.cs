namespace EdgeSmtp.Tests.Backends.Clients;

/// <summary>One whole reply; the text keeps its line ends. Code 0 stands for a closed connection.</summary>
internal readonly record struct SmtpReply(int Code, string Text)
{
    public static SmtpReply Closed { get; } = new(0, "(connection closed)");

    public bool IsClosed => Code == 0;

    public bool IsSuccess => Code is >= 200 and < 300;

    public bool IsTransient => Code is >= 400 and < 500;

    public bool IsPermanent => Code is >= 500 and < 600;

    public override string ToString() => Text;
}
