namespace EdgeSmtp.Core.Tls;

/// <summary>What tells whether the files of a certificate changed.</summary>
/// <param name="Certificate">Time of the last write, UTC; the default when there is no such file.</param>
/// <param name="Key">The same for the key.</param>
/// <param name="Bytes">Length of both.</param>
internal readonly record struct FileStamp(DateTime Certificate, DateTime Key, long Bytes)
{
    public static FileStamp Of(CertificateOptions options)
    {
        FileInfo certificate = new(options.CertificateFile);
        FileInfo key = new(options.KeyFile ?? options.CertificateFile);
        return new FileStamp(TimeOf(certificate), TimeOf(key), LengthOf(certificate) + LengthOf(key));
    }

    private static DateTime TimeOf(FileInfo file) => file.Exists ? file.LastWriteTimeUtc : default;

    private static long LengthOf(FileInfo file) => file.Exists ? file.Length : 0;
}
