namespace EdgeSmtp.Protocol.Smtp;

/// <summary>Each verb as one number, first letter in the lowest byte, so that the look-up is one switch without hashing.</summary>
internal static class PackedVerb
{
    public const ulong Helo = 0x000000004F4C4548;
    public const ulong Ehlo = 0x000000004F4C4845;
    public const ulong Lhlo = 0x000000004F4C484C;
    public const ulong Mail = 0x000000004C49414D;
    public const ulong Rcpt = 0x0000000054504352;
    public const ulong Data = 0x0000000041544144;
    public const ulong Bdat = 0x0000000054414442;
    public const ulong Rset = 0x0000000054455352;
    public const ulong Vrfy = 0x0000000059465256;
    public const ulong Expn = 0x000000004E505845;
    public const ulong Help = 0x00000000504C4548;
    public const ulong Noop = 0x00000000504F4F4E;
    public const ulong Quit = 0x0000000054495551;
    public const ulong StartTls = 0x534C545452415453;
    public const ulong Auth = 0x0000000048545541;
    public const ulong Etrn = 0x000000004E525445;
    public const ulong Turn = 0x000000004E525554;
    public const ulong XClient = 0x00544E45494C4358;

    // Methods of HTTP/1.1 (RFC 9110 §9) and the preface of HTTP/2 (RFC 9113 §3.4).
    public const ulong Get = 0x0000000000544547;
    public const ulong Post = 0x0000000054534F50;
    public const ulong Put = 0x0000000000545550;
    public const ulong Head = 0x0000000044414548;
    public const ulong Options = 0x00534E4F4954504F;
    public const ulong Connect = 0x005443454E4E4F43;
    public const ulong Delete = 0x00004554454C4544;
    public const ulong Patch = 0x0000004843544150;
    public const ulong Trace = 0x0000004543415254;
    public const ulong Pri = 0x0000000000495250;
}
