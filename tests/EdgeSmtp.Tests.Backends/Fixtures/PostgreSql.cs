using System.Globalization;
using System.Text;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>
/// A private PostgreSQL server with a table <c>mailbox (address text primary key, disabled boolean)</c> in database <c>mail</c>. It takes the role <see cref="User"/>
/// by password: in clear text for database <c>mail</c>, only with TLS for database <c>secret</c>.
/// </summary>
internal sealed class PostgreSql : IAsyncDisposable
{
    public const string User = "edge";
    public const string Password = "s3cret of the tests";

    /// <summary>A mailbox whose name is not ASCII.</summary>
    public const string Accented = "jos\u00e9@example.test";

    private readonly TempFolder _folder = new();
    private readonly PortClaim _claim = PortClaim.Take();
    private readonly PrivateCa _ca;
    private ChildProcess? _process;

    // It refuses to run as root. setpriv becomes the server, where su and runuser would stay and stop whenever it is stopped.
    private static readonly string[] AsPostgres = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];

    private PostgreSql() => _ca = new PrivateCa(_folder);

    public int Port => _claim.Port;

    public string CaFile => _ca.File;

    /// <summary>Folder of the Unix socket.</summary>
    public string SocketFolder => _folder.PathOf("run");

    /// <summary>Whether the programs are there and may run; otherwise the test is skipped.</summary>
    public static void Need()
    {
        Programs.Need("setpriv", "chown", Program("initdb"), Program("postgres"), Program("psql"));
        Programs.NeedRoot();
    }

    public static async Task<PostgreSql> StartAsync()
    {
        PostgreSql server = new();
        try
        {
            await server.InitializeAsync();
            await server.StartAgainAsync();
            await server.PsqlAsync("postgres", $"""
                CREATE ROLE {User} LOGIN PASSWORD '{Password}';
                CREATE DATABASE mail;
                CREATE DATABASE secret;
                """);
            foreach (string database in new[] { "mail", "secret" })
            {
                await server.PsqlAsync(database, $"""
                    CREATE TABLE mailbox (address text PRIMARY KEY, disabled boolean);
                    INSERT INTO mailbox VALUES ('alice@example.test', false), ('bob@example.test', NULL), ('gone@example.test', true), ('{Accented}', false);
                    GRANT SELECT ON mailbox TO {User};
                    """);
            }
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task StartAgainAsync()
    {
        _process = ChildProcess.Start(
            _folder.Path, "postgres", "setpriv", [.. AsPostgres, Program("postgres"), "-D", _folder.PathOf("data"), "-p", Port.ToString(CultureInfo.InvariantCulture)]);
        await _process.ReadyAsync(async () => (await TryPsqlAsync("postgres", "SELECT 1")).ExitCode == 0);
    }

    /// <summary>Sees to it that the server runs, whatever was done to it.</summary>
    public async Task WakeAsync()
    {
        if (_process is null)
            await StartAgainAsync();
        else
            Thaw();
    }

    /// <summary>Ends it as a crash would: every process at once.</summary>
    public async Task KillAsync()
    {
        Signal(PosixSignal.Kill);
        await _process!.ExitAsync(Until.Soon);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Stops every process of the server; the kernel goes on accepting connections.</summary>
    public void Freeze() => Signal(PosixSignal.Stop);

    public void Thaw() => Signal(PosixSignal.Continue);

    /// <summary>Runs statements as superuser over the Unix socket, and gives what they print.</summary>
    public async Task<string> PsqlAsync(string database, string statements)
    {
        Command.Result result = await TryPsqlAsync(database, statements);
        Xunit.Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output.Trim();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Thaw();
            _process.Signal(PosixSignal.Interrupt);
            await _process.ExitAsync(Until.Soon);
            await _process.DisposeAsync();
        }
        _ca.Dispose();
        _claim.Dispose();
        _folder.Dispose();
    }

    private async Task InitializeAsync()
    {
        string data = _folder.Folder("data");
        _folder.Folder("run");
        await RunAsync("chown", "postgres", data, SocketFolder);
        await RunAsync("setpriv", [.. AsPostgres, Program("initdb"), "-D", data, "-A", "scram-sha-256", "--auth-local=trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        TestCertificate certificate = _ca.Issue("sql.example.test");
        string key = Path.Combine(data, "server.key");
        File.Copy(certificate.KeyFile, key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await RunAsync("chown", "postgres", key);
        File.AppendAllText(Path.Combine(data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{SocketFolder}'
            fsync = off
            ssl = on
            ssl_cert_file = '{certificate.CertificateFile}'
            ssl_key_file = 'server.key'
            max_connections = 20
            logging_collector = off

            """);
        File.WriteAllText(Path.Combine(data, "pg_hba.conf"), $"""
            local   all     postgres                trust
            local   all     {User}                  scram-sha-256
            hostssl secret  {User}  127.0.0.1/32    scram-sha-256
            host    mail    {User}  127.0.0.1/32    scram-sha-256

            """);
    }

    private Task<Command.Result> TryPsqlAsync(string database, string statements) => Command.RunAsync(
        Encoding.UTF8.GetBytes(statements),
        Program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", SocketFolder, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", database);

    // Its children make sessions of their own, so no process group reaches them all.
    private void Signal(PosixSignal signal)
    {
        int[] workers = ProcessTree.ChildrenOf(_process!.Id);
        _process.Signal(signal);
        foreach (int worker in workers)
            ChildProcess.SignalTo(worker, signal);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        Command.Result result = await Command.RunAsync(program, arguments);
        Xunit.Assert.True(result.ExitCode == 0, result.ToString());
    }

    // Debian keeps the programs of each version in a folder of their own, outside of PATH.
    private static string Program(string name) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", name)).LastOrDefault(File.Exists) ?? name
            : name;
}
