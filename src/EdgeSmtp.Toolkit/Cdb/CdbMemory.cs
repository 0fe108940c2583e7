using System.IO.MemoryMappedFiles;
using EdgeSmtp.Toolkit.Files;
using Microsoft.Win32.SafeHandles;

namespace EdgeSmtp.Toolkit.Cdb;

/// <summary>
/// A private copy of a file in mapped memory. Never the file itself: whoever truncates a file that is mapped kills every process that then reads beyond its new end
/// (SIGBUS), and no check beforehand can prevent it. A copy of 64 MB takes some 20 ms, once for each new file.
/// </summary>
internal sealed unsafe class CdbMemory : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private CdbMemory(MemoryMappedFile file, MemoryMappedViewAccessor view, int length)
    {
        _file = file;
        _view = view;
        Length = length;
    }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>Copies a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no file, too short or too long, or was changed meanwhile.</exception>
    public static CdbMemory Copy(string path)
    {
        using SafeFileHandle file = NativeMethods.OpenForReading(path);
        long length = LengthOf(file, path);
        DateTime changed = File.GetLastWriteTimeUtc(file);
        MemoryMappedFile memory = MemoryMappedFile.CreateNew(null, length);
        MemoryMappedViewAccessor view = memory.CreateViewAccessor(0, length);
        CdbMemory copy = new(memory, view, (int)length);
        try
        {
            copy.Fill(file, path);
            if (RandomAccess.GetLength(file) != length || File.GetLastWriteTimeUtc(file) != changed)
            {
                throw new InvalidDataException($"{path} was written to while it was read; replace it by renaming another file over it");
            }

            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>Takes hold of the bytes, so that they stay mapped until <see cref="Release"/> even when the memory is disposed meanwhile.</summary>
    /// <returns><c>false</c> when it is disposed already.</returns>
    public bool TryAcquire(out byte* start)
    {
        start = null;
        try
        {
            // The address first, and only then the offset: the view may begin within a page.
            byte* page = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);
            start = page + _view.PointerOffset;
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Lets go of the bytes.</summary>
    public void Release() => _view.SafeMemoryMappedViewHandle.ReleasePointer();

    /// <inheritdoc />
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static long LengthOf(SafeFileHandle file, string path)
    {
        long length;
        try
        {
            length = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException)
        {
            throw new InvalidDataException($"{path} is not a file");
        }

        if (length < CdbFormat.HeaderBytes)
        {
            throw new InvalidDataException($"{path} is no cdb: {length} bytes are less than its header");
        }

        return length <= CdbReader.BytesMax ? length : throw new InvalidDataException($"{path} is larger than {CdbReader.BytesMax} bytes");
    }

    private void Fill(SafeFileHandle file, string path)
    {
        TryAcquire(out byte* start);
        try
        {
            int filled = 0;
            while (filled < Length)
            {
                int read = RandomAccess.Read(file, new Span<byte>(start + filled, Length - filled), filled);
                filled += read > 0 ? read : throw new InvalidDataException($"{path} became shorter while it was read; replace it by renaming another file over it");
            }
        }
        finally
        {
            Release();
        }
    }
}
