namespace EdgeSmtp.Tests.Unit.Protocol.Mime;

/// <summary>Mails that between them use everything that the scanner knows.</summary>
internal static class MimeSamples
{
    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, string>
    {
        ["plain"] = "Subject: x\n\nA text.\n\nWith lines.\n",
        ["header only"] = "Subject: x\n",
        ["base64"] = "Content-Type: application/octet-stream; name=a.exe\nContent-Transfer-Encoding: base64\n\nTVqQ\nAAMAAAAEAAAA\n//8=\n",
        ["quoted-printable"] = "Content-Transfer-Encoding: quoted-printable\n\nJ=C3=A9r=C3=B4me =3D soft=\n break\n=4\n= x\n",
        ["nested"] = "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\nfirst\n--a\nContent-Type: multipart/alternative; boundary=\"b b\"\n\n--b b\n\nx\n--b b\nContent-Type: text/html\n\ny\n--b b--\nz\n--a  \n\nlast\n--a--\nepilogue\n--a\n",
        ["message"] = "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: within\n\ntext\n--d\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKPT0geSA9PQo=\n--d--\n",
        ["uuencode"] = "Subject: x\n\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nbegin to think\nbehind\n",
        ["uuencoded part"] = "Content-Type: multipart/mixed; boundary=u\n\n--u\nContent-Type: application/x\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n--u--\n",
        ["uuencoded files"] = "Content-Type: multipart/mixed; boundary=u\n\n--u\nContent-Type: text/plain; name=a\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nbegin 600 dog.txt\n#9&]G\n`\nend\n--u\nContent-Transfer-Encoding: x-uuencode\n\nnone\n--u--\n",
        ["uuencode in base64"] = "Content-Transfer-Encoding: base64\n\nQmVmb3JlOg0KYmVnaW4gNjQ0IGNhdC50eHQNCiMw\nViVUDQpgDQplbmQNCmJlZ2luIHRvIHRoaW5rDQo=\n",
        ["uuencode in quoted-printable"] = "Content-Transfer-Encoding: quoted-printable\n\nBe=\nfore:\nbegin=20644 cat.=\ntxt\n#0V%T\n=60\nend\nbegin to think\n",
        ["names"] = "Content-Type: application/x;\n name=\"=?utf-8?B?ZXZpbC5leGU=?=\"\nContent-Disposition: attachment; filename*1*=%78e; filename*0*=utf-8''a%2E; filename*2=.\n\nx",
        ["broken"] = "Content-Type : multipart/mixed; boundary=a;boundary=b\nno field\n \n\n--a\nContent-Type: text/plain\n--a\n\n\0\n-\n--ax\n--",
        ["long lines"] = $"Content-Type: multipart/mixed; boundary=l\n\n--l\n\n--{new string('x', 700)}\n-{new string('y', 509)}\n-{new string('y', 510)}\n-{new string('y', 511)}\n--l--{new string(' ', 600)}\n--l--\n",
        ["odd ends"] = "Content-Type: multipart/mixed; boundary=o\n\n--o\n\na\rb\r\r--o\rc\n\r\n--o--\r",
    }.ToDictionary(static mail => mail.Key, static mail => Bytes.Of(mail.Value.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)));
}
