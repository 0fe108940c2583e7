namespace EdgeSmtp.Pipeline.Driving;

/// <summary>What was found before RCPT and waits for it. Kept by stage, since a later HELO replaces what an earlier one led to, and a new MAIL what the last one did.</summary>
internal struct HeldVerdicts
{
    private Finding _connect;
    private Finding _violation;
    private Finding _hello;
    private Finding _auth;
    private Finding _mail;

    /// <summary>The most severe of all; the earlier stage wins a tie.</summary>
    public readonly Finding Combined =>
        Finding.MostSevere(Finding.MostSevere(Finding.MostSevere(Finding.MostSevere(_connect, _violation), _hello), _auth), _mail);

    public void Hold(Stage stage, Finding finding)
    {
        switch (stage)
        {
            case Stage.Connect:
                _connect = finding;
                break;
            case Stage.Violation:
                // Each kind of violation is reported once, so that none replaces another.
                _violation = Finding.MostSevere(_violation, finding);
                break;
            case Stage.Hello:
                _hello = finding;
                break;
            case Stage.Auth:
                _auth = finding;
                break;
            case Stage.Mail:
                _mail = finding;
                break;
        }
    }
}
