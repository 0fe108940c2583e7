using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A private Postfix as next hop: takes every address of its domain, with and without SMTPUTF8 and STARTTLS, and delivers into one Maildir.
/// </summary>
internal sealed class PostfixSink : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly string _configuration;
    private readonly bool _behindProxy;
    private readonly string _recipients;
    private ChildProcess? _master;

    private PostfixSink(bool behindProxy, string recipients)
    {
        _behindProxy = behindProxy;
        _recipients = recipients;
        _configuration = _folder.Folder("etc");
        _folder.Folder("spool");
        Maildir = new(_folder.Folder("mail", TempFolder.WritableByAll) + "/box");
    }

    public const string Domain = "next.test";

    public int Port => _claim.Port;

    public Maildir Maildir { get; }

    public string Log => File.Exists(_folder.PathOf("mail.log")) ? ChildProcess.Tail(File.ReadAllText(_folder.PathOf("mail.log"))) : "";

    /// <summary>Starts it; behind a proxy it takes only connections that begin with a PROXY header. Who exists is a Postfix map.</summary>
    public static async Task<PostfixSink> StartAsync(bool behindProxy = false, string recipients = "static:box/")
    {
        Programs.NeedRoot();
        Programs.Need("postfix");
        PostfixSink sink = new(behindProxy, recipients);
        try
        {
            await sink.StartMasterAsync();
            return sink;
        }
        catch
        {
            await sink.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_master is not null)
        {
            await Command.RunAsync("postfix", "-c", _configuration, "abort");
            await _master.DisposeAsync();
        }
        _claim.Dispose();
        _folder.Dispose();
    }

    private async Task StartMasterAsync()
    {
        TestCertificate tls = TestCertificate.Create(_folder, "mail." + Domain);
        File.WriteAllText(Path.Combine(_configuration, "main.cf"), MainCf(tls));
        File.WriteAllText(Path.Combine(_configuration, "master.cf"), MasterCf());
        await Command.RunAsync("chown", "postfix:postfix", _folder.Folder("data"));
        _master = ChildProcess.Start(_folder.Path, "postfix", "postfix", "-c", _configuration, "start-fg");
        await _master.ReadyAsync(() => Network.GreetsAsync(Port, "220", _behindProxy ? "PROXY TCP4 127.0.0.1 127.0.0.1 40000 25\r\n" : ""));
    }

    // local_header_rewrite_clients: what arrives is stored as it is, without the fields that Postfix adds for its own clients.
    private string MainCf(TestCertificate tls) => $"""
        compatibility_level = 3.6
        queue_directory = {_folder.PathOf("spool")}
        data_directory = {_folder.PathOf("data")}
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file_prefixes = {_folder.Path}
        maillog_file = {_folder.PathOf("mail.log")}
        myhostname = mail.{Domain}
        mydestination =
        inet_protocols = ipv4
        inet_interfaces = 127.0.0.1
        mynetworks =
        alias_maps =
        local_recipient_maps =
        local_header_rewrite_clients =
        smtputf8_enable = yes
        smtpd_tls_security_level = may
        smtpd_tls_cert_file = {tls.CertificateFile}
        smtpd_tls_key_file = {tls.KeyFile}
        smtpd_tls_received_header = yes
        smtpd_relay_restrictions = reject_unauth_destination
        smtpd_peername_lookup = no
        smtpd_upstream_proxy_protocol = {(_behindProxy ? "haproxy" : "")}
        in_flow_delay = 0
        virtual_mailbox_domains = {Domain}
        virtual_mailbox_maps = {_recipients}
        recipient_delimiter = +
        virtual_mailbox_base = {_folder.PathOf("mail")}
        virtual_minimum_uid = 1
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        virtual_mailbox_limit = 0
        mailbox_size_limit = 0
        message_size_limit = 209715200
        queue_minfree = 0

        """;

    private string MasterCf()
    {
        StringBuilder text = new($"127.0.0.1:{Port} inet n - n - 100 smtpd\n");
        text.Append("""
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            proxywrite unix - - n - 1 proxymap
            virtual unix - n n - - virtual
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """);
        return text.ToString();
    }
}
