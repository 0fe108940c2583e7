namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>A private OpenLDAP server. Its tree: <c>ou=people</c> with a few mailboxes below <see cref="Suffix"/>, and <c>ou=elsewhere</c>, a reference to another server.</summary>
internal sealed class Slapd : IAsyncDisposable
{
    public const string Suffix = "dc=example,dc=test";
    public const string People = "ou=people,dc=example,dc=test";
    public const string ReaderDn = "cn=reader,dc=example,dc=test";
    public const string ReaderPassword = "r3ader p\u00e4ss";

    // -1, LDAP_SERVER_DOWN, as an exit code.
    private const int CannotContact = 255;

    private readonly TempFolder _folder = new();
    private readonly PortClaim _clear = PortClaim.Take();
    private readonly PortClaim _tls = PortClaim.Take();
    private readonly bool _withTls;
    private ChildProcess? _process;

    private Slapd(bool withTls)
    {
        _withTls = withTls;
        Ca = new PrivateCa(_folder);
    }

    public PrivateCa Ca { get; }

    public int Port => _clear.Port;

    public int TlsPort => _tls.Port;

    /// <summary>Makes the tree without starting the server.</summary>
    public static async Task<Slapd> MakeAsync(bool withTls = false, string directives = "")
    {
        Programs.Need("slapd", "slapadd", "ldapsearch");
        Slapd server = new(withTls);
        server._folder.Folder("db");
        string configuration = server._folder.Write("slapd.conf", server.Configuration(directives));
        string tree = server._folder.Write("tree.ldif", Tree);
        Command.Result added = await Command.RunAsync("slapadd", "-f", configuration, "-l", tree);
        Xunit.Assert.True(added.ExitCode == 0, added.ToString());
        return server;
    }

    public static async Task<Slapd> StartAsync(bool withTls = false, string directives = "")
    {
        Slapd server = await MakeAsync(withTls, directives);
        try
        {
            await server.StartAgainAsync();
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
        string listeners = $"ldap://127.0.0.1:{Port}" + (_withTls ? $" ldaps://127.0.0.1:{TlsPort}" : "");
        _process = ChildProcess.Start(_folder.Path, "slapd", "slapd", "-d", "0", "-f", _folder.PathOf("slapd.conf"), "-h", listeners);
        // Whatever it answers, it answers.
        await _process.ReadyAsync(async () => (await Command.RunAsync("ldapsearch", "-x", "-H", $"ldap://127.0.0.1:{Port}", "-b", "", "-s", "base", "1.1")).ExitCode != CannotContact);
    }

    public async Task KillAsync()
    {
        _process!.Signal(PosixSignal.Kill);
        await _process.ExitAsync(Until.Soon);
        await _process.DisposeAsync();
        _process = null;
    }

    public void Freeze() => _process!.Signal(PosixSignal.Stop);

    public void Thaw() => _process!.Signal(PosixSignal.Continue);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Ca.Dispose();
        _clear.Dispose();
        _tls.Dispose();
        _folder.Dispose();
    }

    private string Configuration(string directives)
    {
        string tls = "";
        if (_withTls)
        {
            TestCertificate certificate = Ca.Issue("ldap.example.test");
            tls = $"TLSCertificateFile {certificate.CertificateFile}\nTLSCertificateKeyFile {certificate.KeyFile}\n";
        }
        return $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            pidfile {_folder.PathOf("slapd.pid")}
            modulepath /usr/lib/ldap
            moduleload back_mdb
            {tls}{directives}
            database mdb
            maxsize 16777216
            suffix "{Suffix}"
            directory {_folder.PathOf("db")}
            index mail eq
            access to attrs=userPassword by anonymous auth by * none
            access to * by * read

            """;
    }

    private static string Tree => $"""
        dn: {Suffix}
        objectClass: dcObject
        objectClass: organization
        o: example
        dc: example

        dn: {ReaderDn}
        objectClass: simpleSecurityObject
        objectClass: organizationalRole
        cn: reader
        userPassword:: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(ReaderPassword))}

        dn: {People}
        objectClass: organizationalUnit
        ou: people

        {Person("alice", "alice@example.test")}
        {Person("bob", "bob@example.test")}
        {Person("star", "st*r@example.test")}
        {Person("paren", "pa(r)en@example.test")}
        {Person("slash", "back\\slash@example.test")}
        {Person("jose", "jos\u00e9@example.test")}
        {Person("team1", "team@example.test")}
        {Person("team2", "team@example.test")}
        {Person("team3", "team@example.test")}
        dn: ou=elsewhere,{Suffix}
        objectClass: referral
        objectClass: extensibleObject
        ou: elsewhere
        ref: ldap://127.0.0.1:9/ou=elsewhere,dc=example,dc=test

        """;

    // mail is ASCII only; cn holds any text. Base64 spares every question of LDIF's syntax.
    private static string Person(string uid, string address)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(address);
        string mail = text.All(static octet => octet < 128) ? $"\nmail:: {Convert.ToBase64String(text)}" : "";
        return $"""
            dn: uid={uid},{People}
            objectClass: inetOrgPerson
            uid: {uid}
            sn: {uid}
            cn:: {Convert.ToBase64String(text)}{mail}

            """;
    }
}
