namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A private Dovecot that takes LMTP for <c>alice@lmtp.test</c> and <c>bob@lmtp.test</c> and answers 550 for everyone else there.</summary>
internal sealed class DovecotLmtp : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private ChildProcess? _process;

    public const string Domain = "lmtp.test";

    public int Port => _claim.Port;

    public string Log => File.Exists(_folder.PathOf("dovecot.log")) ? ChildProcess.Tail(File.ReadAllText(_folder.PathOf("dovecot.log"))) : "";

    public Maildir MaildirOf(string local) => new(_folder.PathOf($"mail/{local}@{Domain}"));

    public static async Task<DovecotLmtp> StartAsync()
    {
        Programs.NeedRoot();
        Programs.Need("dovecot", "/usr/lib/dovecot/lmtp");
        DovecotLmtp dovecot = new();
        dovecot._folder.Folder("mail", TempFolder.WritableByAll);
        dovecot._folder.Write("passwd", $"alice@{Domain}:{{PLAIN}}alicepw::::::\nbob@{Domain}:{{PLAIN}}bobpw::::::\n");
        string configuration = dovecot._folder.Write("dovecot.conf", dovecot.Configuration());
        dovecot._process = ChildProcess.Start(dovecot._folder.Path, "dovecot-out", "dovecot", "-F", "-c", configuration);
        try
        {
            await dovecot._process.ReadyAsync(() => Network.GreetsAsync(dovecot.Port, "220"));
            return dovecot;
        }
        catch
        {
            await dovecot.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _claim.Dispose();
        _folder.Dispose();
    }

    private string Configuration() => $$"""
        base_dir = {{_folder.PathOf("run")}}
        state_dir = {{_folder.PathOf("run")}}
        log_path = {{_folder.PathOf("dovecot.log")}}
        protocols = lmtp
        listen = 127.0.0.1
        ssl = no
        mail_location = maildir:{{_folder.PathOf("mail")}}/%u
        default_internal_user = dovecot
        default_login_user = dovenull
        first_valid_uid = 1
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%u {{_folder.PathOf("passwd")}}
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home={{_folder.PathOf("mail")}}/%u
        }
        service lmtp {
          inet_listener lmtp {
            address = 127.0.0.1
            port = {{Port}}
          }
        }

        """;
}
