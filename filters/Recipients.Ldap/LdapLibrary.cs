using System.Runtime.InteropServices;

namespace EdgeSmtp.Filters.Recipients.Ldap;

/// <summary>
/// The one function of libldap that <c>System.DirectoryServices.Protocols</c> does not offer: limits of what waits inside the library. Without them a bind to a server
/// that is silent holds its thread for ever.
/// </summary>
internal sealed class LdapLibrary
{
    private const int TimeoutOption = 0x5002;
    private const int NetworkTimeoutOption = 0x5005;
    private const int KeepAliveIdleOption = 0x6300;
    private const int KeepAliveProbesOption = 0x6301;
    private const int KeepAliveIntervalOption = 0x6302;
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveProbes = 3;
    private const int KeepAliveIntervalSeconds = 10;

    // In the order in which System.DirectoryServices.Protocols looks for it, so that both mean the same copy.
    private static readonly string[] Names = ["libldap.so.2", "libldap-2.6.so.0", "libldap-2.5.so.0", "libldap-2.4.so.2"];

    // A connection takes the defaults of the library at its birth, so setting them and making it are one step.
    private static readonly Lock Birth = new();

    private static readonly Lazy<LdapLibrary> Loaded = new(Load);

    private readonly SetOption _setOption;

    private LdapLibrary(SetOption setOption) => _setOption = setOption;

    private delegate int SetOption(nint connection, int option, nint value);

    /// <summary>Loads the library.</summary>
    /// <exception cref="DllNotFoundException">It is not installed; the message says what to install.</exception>
    public static LdapLibrary Instance => Loaded.Value;

    /// <summary>Makes something in which the library waits no longer than this.</summary>
    /// <typeparam name="T">What is made.</typeparam>
    /// <param name="answerLimit">Limit of one answer, binds included.</param>
    /// <param name="connectLimit">Limit of connecting; none when TLS follows, because of the loop below.</param>
    /// <param name="make">Makes it.</param>
    public T WithLimits<T>(TimeSpan answerLimit, TimeSpan? connectLimit, Func<T> make)
    {
        lock (Birth)
        {
            SetTime(TimeoutOption, answerLimit);

            // libldap 2.5 with GnuTLS spins for ever in a TLS handshake with a silent server when there is a network time-out; without one it sleeps.
            SetTime(NetworkTimeoutOption, connectLimit ?? Timeout.InfiniteTimeSpan);
            SetNumber(KeepAliveIdleOption, KeepAliveIdleSeconds);
            SetNumber(KeepAliveProbesOption, KeepAliveProbes);
            SetNumber(KeepAliveIntervalOption, KeepAliveIntervalSeconds);
            return make();
        }
    }

    private static LdapLibrary Load()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new LdapLibrary(Marshal.GetDelegateForFunctionPointer<SetOption>(NativeLibrary.GetExport(library, "ldap_set_option")));
            }
        }

        throw new DllNotFoundException($"Type Ldap needs the OpenLDAP client library, which is not installed (Debian: libldap-2.5-0 or libldap2). Looked for {string.Join(", ", Names)}");
    }

    private void SetTime(int option, TimeSpan limit)
    {
        // struct timeval; -1 seconds means no limit.
        long[] value = limit == Timeout.InfiniteTimeSpan
            ? [-1, 0]
            : [limit.Ticks / TimeSpan.TicksPerSecond, limit.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond];
        GCHandle pinned = GCHandle.Alloc(value, GCHandleType.Pinned);
        Set(option, pinned);
    }

    private void SetNumber(int option, int number) => Set(option, GCHandle.Alloc(number, GCHandleType.Pinned));

    private void Set(int option, GCHandle value)
    {
        try
        {
            // A library built without an option refuses it; the limits that remain still hold.
            _ = _setOption(0, option, value.AddrOfPinnedObject());
        }
        finally
        {
            value.Free();
        }
    }
}
