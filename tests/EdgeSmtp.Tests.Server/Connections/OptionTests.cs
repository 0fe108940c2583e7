using System.ComponentModel.DataAnnotations;
using System.Reflection;
using EdgeSmtp.Abstractions;
using EdgeSmtp.Sessions;
using EdgeSmtp.Sessions.Connections;
using EdgeSmtp.Sessions.Qmtp;
using EdgeSmtp.Sessions.Smtp;
using EdgeSmtp.Tests.Server.Harness;
using Xunit;

namespace EdgeSmtp.Tests.Server.Connections;

/// <summary>Options check themselves, and their defaults are within their ranges.</summary>
public sealed class OptionTests
{
    [Theory]
    [InlineData(typeof(SmtpOptions))]
    [InlineData(typeof(QmtpOptions))]
    [InlineData(typeof(ConnectionLimitOptions))]
    public void Defaults_AreWithinTheirRanges_AndEveryNumberHasOne(Type type)
    {
        object options = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties())
        {
            bool isMeasured = property.PropertyType == typeof(int) || property.PropertyType == typeof(long) || property.PropertyType == typeof(TimeSpan);
            RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
            Assert.Equal(isMeasured, range is not null);
            Assert.True(range is null || range.IsValid(property.GetValue(options)), property.Name);
        }
    }

    [Fact]
    public void Listener_WithImplicitTls_NeedsACertificate()
    {
        ListenerOptions options = new() { ImplicitTls = true };
        Assert.Equal(["ImplicitTls"], Errors(options));
        options.Certificate = "main";
        Assert.Empty(Errors(options));
    }

    [Fact]
    public void Listener_OfQmqp_NeedsClientNetworks()
    {
        ListenerOptions options = new() { Protocol = SessionProtocol.Qmqp };
        Assert.Equal(["RelayNetworks"], Errors(options));
        options.RelayNetworks = Net.Of("192.0.2.0/24");
        Assert.Empty(Errors(options));
    }

    [Fact]
    public void Listener_ThatRequiresTls_NeedsACertificate()
    {
        ListenerOptions options = new();
        options.Smtp.RequireTls = true;
        Assert.Equal(["Smtp"], Errors(options));
    }

    [Fact]
    public void Smtp_WithBinaryMime_NeedsChunking()
    {
        Assert.Equal(["BinaryMime"], new SmtpOptions { BinaryMime = true, Chunking = false }.Validate(new ValidationContext(new object())).SelectMany(result => result.MemberNames));
        Assert.Equal(["TextLineMax"], new SmtpOptions { TextLineMax = 500 }.Validate(new ValidationContext(new object())).SelectMany(result => result.MemberNames));
    }

    private static IEnumerable<string> Errors(ListenerOptions options) => options.Validate(new ValidationContext(options)).SelectMany(result => result.MemberNames);
}
