namespace EdgeSmtp.Tests.Backends.Relay;

/// <summary>Recipients by which an open relay has been had: each would leave for another domain if it were taken apart or passed on as it is.</summary>
internal static class RelayForms
{
    public static string[] All { get; } =
    [
        "user@elsewhere.test",
        "USER@ELSEWHERE.TEST",
        "user@elsewhere.test.",
        "user@sub.example.test",
        "user@example.test.elsewhere.test",
        "user@notexample.test",
        "user%elsewhere.test@example.test",
        "user%elsewhere.test",
        "user%elsewhere.test@mx.example.test",
        "user%elsewhere.test@[127.0.0.1]",
        "@example.test:user@elsewhere.test",
        "@example.test,@mx.example.test:user@elsewhere.test",
        "user@elsewhere.test@example.test",
        "user@example.test@elsewhere.test",
        "\"user@elsewhere.test\"@example.test",
        "\"user@elsewhere.test\"",
        "\"user%elsewhere.test\"@example.test",
        "\"elsewhere.test!user\"@example.test",
        "elsewhere.test!user@example.test",
        "elsewhere.test!user",
        "example.test!elsewhere.test!user",
        "user@[127.0.0.1]",
        "user@[203.0.113.9]",
        "user@[IPv6:::1]",
        "user@[IPv6:2001:db8::9]",
        "user@127.0.0.1",
        "user@2130706433",
        "user@xn--bcher-kva.test",
        "user@b\u00c3\u00bccher.test",
        "user@localhost",
        "user@mx.elsewhere.test",
        "user @elsewhere.test",
        "user@elsewhere.test\u0000@example.test",
        "user@",
        "@elsewhere.test",
        "user",
    ];

    /// <summary>The way in which each kind of sender could mislead: none of them gives any right.</summary>
    public static string[] Senders { get; } = ["", "user@example.test", "postmaster@example.test", "user@mx.example.test", "a@b.test", "user@localhost"];
}
