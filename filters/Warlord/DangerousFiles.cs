namespace EdgeSmtp.Filters.Warlord;

/// <summary>Files that a click runs, by the end of their names and by their types. What a type shows of itself is found in the content besides.</summary>
public static class DangerousFiles
{
    /// <summary>
    /// Names: what Windows and its script hosts run, what they mount, and names that hide their end. <c>.com</c> is left out, being the end of many names that are none of a file;
    /// programs are known by their content.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "*.ade", "*.adp", "*.app", "*.appx", "*.appxbundle", "*.apk", "*.application", "*.appref-ms", "*.bat", "*.cdxml", "*.chm", "*.cmd", "*.cpl", "*.diagcab", "*.dll", "*.dmg", "*.exe",
        "*.gadget", "*.hlp", "*.hta", "*.img", "*.inf", "*.ins", "*.iso", "*.isp", "*.jar", "*.jnlp", "*.js", "*.jse", "*.lib", "*.library-ms", "*.lnk", "*.mde", "*.msc", "*.msi", "*.msix",
        "*.msp", "*.mst", "*.nsh", "*.one", "*.pif", "*.ps1", "*.ps1xml", "*.ps2", "*.psc1", "*.psd1", "*.psm1", "*.reg", "*.rgs", "*.scf", "*.scr", "*.sct", "*.search-ms", "*.settingcontent-ms",
        "*.shb", "*.shs", "*.sys", "*.theme", "*.url", "*.vb", "*.vbe", "*.vbp", "*.vbs", "*.vhd", "*.vhdx", "*.vxd", "*.website", "*.wsb", "*.wsc", "*.wsf", "*.wsh", "*.xll", "*\u202E*",
    ];

    /// <summary>Types: programs, and the two by which a message says that its content is elsewhere or in several messages (RFC 2046 §5.2.2, §5.2.3).</summary>
    public static IReadOnlyList<string> MediaTypes { get; } =
    [
        "application/x-msdownload", "application/x-msdos-program", "application/x-dosexec", "application/x-executable", "application/x-ms-shortcut", "application/hta",
        "application/vnd.microsoft.portable-executable", "application/x-ms-installer", "application/java-archive", "application/x-java-archive",
        "message/partial", "message/external-body",
    ];
}
