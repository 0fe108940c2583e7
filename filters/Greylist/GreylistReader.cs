namespace EdgeSmtp.Filters.Greylist;

/// <summary>
/// Reads a store file. Records have one size, so one that is damaged or torn costs itself alone; the last may be torn by a crash. Nothing that can stand in a file keeps the
/// server from starting.
/// </summary>
internal static class GreylistReader
{
    private const int RecordsAtOnce = 1024;

    // A file is rewritten long before it has so many records; more than that is not ours.
    private const int RewritesMissed = 16;

    /// <summary>Reads a file into tables.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">The file system.</param>
    /// <param name="tables">Take what is alive.</param>
    /// <param name="log">Told what is wrong.</param>
    /// <returns>Records read, dead and damaged ones included.</returns>
    public static long Read(string path, IStoreFolder folder, GreylistTables tables, GreylistLog log)
    {
        long records = 0;
        long damaged = 0;
        try
        {
            using (Stream? stream = folder.Read(path))
            {
                if (stream is null)
                {
                    return 0;
                }

                Read(stream, tables, ref records, ref damaged);
            }

            if (damaged > 0 && damaged == records)
            {
                string aside = path + ".bad";
                folder.Move(path, aside);
                log.SetAside(path, aside);
                return 0;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.NotRead(path, exception.Message);
        }

        if (damaged > 0)
        {
            log.Damaged(path, damaged);
        }

        return records;
    }

    private static void Read(Stream stream, GreylistTables tables, ref long records, ref long damaged)
    {
        byte[] buffer = new byte[RecordsAtOnce * GreylistRecord.Bytes];
        long end = tables.RecordsMax * RewritesMissed;
        while (records < end)
        {
            int count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            for (int at = 0; at < count; at += GreylistRecord.Bytes)
            {
                records++;
                if (at + GreylistRecord.Bytes <= count && GreylistRecord.TryRead(buffer.AsSpan(at, GreylistRecord.Bytes), out GreylistRecord record))
                {
                    tables.Restore(record);
                }
                else
                {
                    damaged++;
                }
            }

            if (count < buffer.Length)
            {
                return;
            }
        }
    }
}
