using System.Text;
using CsCheck;
using EdgeSmtp.Protocol.Addresses;
using EdgeSmtp.Protocol.Content;
using MimeKit;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Protocol.Content;

/// <summary>RFC 5322 §3.4: address lists.</summary>
public sealed class MailboxListTests
{
    [Theory]
    [InlineData(" joe@example.com", "joe@example.com")]
    [InlineData(" Joe Q. Public <john.q.public@example.com>", "john.q.public@example.com")]
    [InlineData(" \"Joe, <evil@x.example>\" <joe@example.com>", "joe@example.com")]
    [InlineData(" Who? <one@y.test>, <boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>", "one@y.test boss@nil.test sysservices@example.net")]
    [InlineData(" A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;", "c@a.test joe@where.test jdoe@one.test")]
    [InlineData(" Undisclosed recipients:;", "")]
    [InlineData(" Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "pete@silly.test")]
    [InlineData(" joe (a (nested) comment)\r\n @ example . com", "joe@example.com")]
    [InlineData(" a,, b@x.example", null)]
    [InlineData(" a@x.example,, b@x.example,", "a@x.example b@x.example")]
    [InlineData(" <@hop.example,@other.example:joe@example.com>", "joe@example.com")]
    [InlineData(" \"joe\\ blow\"@example.com", "\"joe blow\"@example.com")]
    [InlineData(" joe@[192.0.2.1]", "joe@[192.0.2.1]")]
    [InlineData(" joe@[IPv6:2001:db8::1], x@y.example", "joe@[ipv6:2001:db8::1] x@y.example")]
    [InlineData(" jörg@bücher.example", "jörg@xn--bcher-kva.example")]
    [InlineData("", "")]
    [InlineData(" joe blow@example.com", null)]
    [InlineData(" joe@example.com <joe@other.example>", "joe@other.example")]
    [InlineData(" <joe@example.com> joe@other.example", null)]
    [InlineData(" <joe@example.com> <joe@other.example>", null)]
    [InlineData(" <joe@example.com", null)]
    [InlineData(" joe@example.com>", null)]
    [InlineData(" <>", null)]
    [InlineData(" postmaster", null)]
    [InlineData(" \"joe@example.com", null)]
    [InlineData(" joe@example.com (", null)]
    [InlineData(" Group: joe@example.com", null)]
    [InlineData(" joe@example.com;", null)]
    [InlineData(" A: B: joe@example.com;", null)]
    [InlineData(" joe\0@example.com", null)]
    public void Body_OfEachForm_GivesItsMailboxes(string body, string? mailboxes)
    {
        bool isRead = MailboxList.TryRead(Encoding.UTF8.GetBytes(body), out IReadOnlyList<MailPath> found);
        Assert.Equal(mailboxes is not null, isRead);
        Assert.Equal(mailboxes ?? string.Empty, string.Join(' ', found.Select(path => path.Key)), ignoreCase: true);
    }

    [Fact]
    public void Limits_AtAndOver()
    {
        Assert.True(MailboxList.TryRead(Encoding.ASCII.GetBytes("a@b.example".PadLeft(MailboxList.BytesMax)), out _));
        Assert.False(MailboxList.TryRead(Encoding.ASCII.GetBytes("a@b.example".PadLeft(MailboxList.BytesMax + 1)), out _));
        Assert.True(MailboxList.TryRead(Nested(MailboxList.CommentDepthMax), out _));
        Assert.False(MailboxList.TryRead(Nested(MailboxList.CommentDepthMax + 1), out _));
        static byte[] Nested(int depth) => Encoding.ASCII.GetBytes($"{new string('(', depth)}{new string(')', depth)} a@b.example");
    }

    // MimeKit is lenient where we are not; where both read a list, it is the same one.
    [Fact]
    public void List_ThatMimeKitWrites_IsReadTheSame()
    {
        Gen<string> atom = Gen.String[Gen.Char["abc+-"], 0, 6].Select(static text => $"x{text}");
        Gen<string> address = Gen.Select(atom, atom, Gen.Int[0, 99], static (first, second, host) => $"{first}.{second}@h{host}.example");
        Gen<string> name = Gen.String[Gen.Char["ab ,;:<>@\"\\()[]ü."], 0, 12];
        Gen.Select(name, address).List[1, 5].Sample(
            pairs =>
            {
                InternetAddressList list = [.. pairs.Select(pair => new MailboxAddress(pair.Item1, pair.Item2))];
                Assert.True(MailboxList.TryRead(Encoding.UTF8.GetBytes(list.ToString(encode: true)), out IReadOnlyList<MailPath> found), list.ToString(true));
                Assert.Equal(pairs.Select(pair => pair.Item2), found.Select(path => path.ToString()));
            },
            iter: 2_000);
    }

    [Fact]
    public void AnyBytes_NeverThrow_AndNeverGiveAnAddressWithoutDomain() =>
        Gen.Byte.Array[0, 200].Sample(
            bytes => !MailboxList.TryRead(bytes, out IReadOnlyList<MailPath> found) ? found.Count == 0 : found.All(path => path.DomainALabel.Length > 0), iter: 20_000);
}
