#pragma warning disable CA1416 // Staging is for Linux, and so are its tests.

using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EdgeSmtp.Core.Storage;
using EdgeSmtp.Queue.Staging;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

public sealed class StagingAreaTests
{
    private const int Spill = 64 << 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20_000)]
    [InlineData(Spill)]
    [InlineData(Spill + 1)]
    [InlineData(300_000)]
    public void Bytes_OfAnyLength_AreTraceAndContent(int length)
    {
        StagingArea area = NewArea();
        byte[] content = RandomNumberGenerator.GetBytes(length);
        byte[] trace = "Received: from x by y\r\n"u8.ToArray();
        using StagedMessage message = area.TryBegin(0)!;
        for (int offset = 0; offset < length; offset += 1000)
        {
            Assert.True(message.TryAppend(content.AsSpan(offset, Math.Min(1000, length - offset))));
        }

        message.SetTrace(trace);
        message.Seal();
        Assert.Equal(trace.Length, message.TraceLength);
        Assert.Equal(trace.Length + length, message.Length);
        Assert.Equal([.. trace, .. content], message.Bytes.ToArray());
        Assert.Equal(length > Spill, ((StagedContent)message).IsSpilled);
    }

    [Theory]
    [InlineData(0, 900)]
    [InlineData(900, 0)]
    [InlineData(500, 9000)]
    [InlineData(9000, 500)]
    [InlineData(700, 700)]
    public void SetTrace_AgainAfterASpilledBody_ReplacesTheFirst(int before, int after)
    {
        StagingArea area = NewArea();
        byte[] content = RandomNumberGenerator.GetBytes(3 * Spill);
        byte[] trace = Encoding.ASCII.GetBytes(new string('t', after));
        using StagedMessage message = area.TryBegin(content.Length)!;
        message.SetTrace(new byte[before]);
        Assert.True(message.TryAppend(content));
        message.SetTrace(trace);
        message.Seal();
        Assert.Equal([.. trace, .. content], message.Bytes.ToArray());
        Assert.Equal([.. trace, .. content], ReadAll(message.OpenDescriptor()));
    }

    [Fact]
    public void TryBegin_DeclaredSize_IsReservedAtOnce()
    {
        StagingArea area = NewArea(bytesMax: 2 << 20);
        Assert.NotNull(area.TryBegin((1 << 20) - (64 << 10)));
        Assert.NotNull(area.TryBegin(64 << 10));
        Assert.Equal(1 << 20, area.Budget.BytesUsed);
        Assert.True(area.Budget.TryTake(1 << 20));
        Assert.Null(area.TryBegin(1));
        Assert.Null(area.TryBegin(0));
    }

    [Fact]
    public void TryBegin_DeclaredBeyondHalfOfTheBudget_LeavesTheRestToWhatComes()
    {
        StagingArea area = NewArea(bytesMax: 1 << 20);
        StagedMessage[] silent = [.. Enumerable.Range(0, 20).Select(_ => area.TryBegin(256 << 10)!)];
        Assert.InRange(area.Budget.BytesUsed, 512 << 10, 600 << 10);
        using StagedMessage honest = area.TryBegin(300 << 10)!;
        Assert.True(honest.TryAppend(new byte[300 << 10]));
        Assert.Null(area.TryBegin(512 << 10));
        Array.ForEach(silent, static message => message.Dispose());
        Assert.True(area.Promises.TryTake(512 << 10));
    }

    [Fact]
    public void TryAppend_OfWhatWasDeclared_IsAPromiseNoMore()
    {
        StagingArea area = NewArea(bytesMax: 1 << 20);
        using StagedMessage first = area.TryBegin(512 << 10)!;
        Assert.True(first.TryAppend(new byte[256 << 10]));
        using StagedMessage second = area.TryBegin(256 << 10)!;
        Assert.Equal(768 << 10, area.Budget.BytesUsed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    [InlineData(2 * Spill)]
    public void Seal_WithLessThanDeclared_GivesTheRestBack(int length)
    {
        StagingArea area = NewArea();
        using StagedMessage message = area.TryBegin(8 << 20)!;
        Assert.True(message.TryAppend(new byte[length]));
        message.Seal();
        Assert.InRange(area.Budget.BytesUsed, length, length + (64 << 10));
        Assert.True(area.Promises.TryTake(8 << 20));
    }

    [Theory]
    [InlineData((256 << 10) - 1, true)]
    [InlineData(256 << 10, true)]
    [InlineData((256 << 10) + 1, false)]
    public void TryAppend_UpToTheBudget_FitsAndNotBeyond(int length, bool fits)
    {
        StagingArea area = NewArea(bytesMax: 1 << 20);
        using StagedMessage other = area.TryBegin(768 << 10)!;
        Assert.True(other.TryAppend(new byte[768 << 10]));
        StagedMessage message = area.TryBegin(0)!;
        Assert.Equal(fits, message.TryAppend(new byte[length]));
        if (!fits)
        {
            Assert.False(message.TryAppend(new byte[1]));
            Assert.Equal(768 << 10, area.Budget.BytesUsed);
        }

        message.Dispose();
        message.Dispose();
        Assert.Equal(768 << 10, area.Budget.BytesUsed);
    }

    [Fact]
    public void Dispose_GivesEveryByteAndBlockBack()
    {
        StagingArea area = NewArea();
        foreach (int length in (int[])[10, 5_000, 70_000, 500_000])
        {
            StagedMessage message = area.TryBegin(0)!;
            message.SetTrace(new byte[500]);
            Assert.True(message.TryAppend(new byte[length]));
            message.Seal();
            message.OpenDescriptor().Dispose();
            message.Dispose();
            Assert.Equal(0, area.Budget.BytesUsed);
        }

        Assert.Equal(0, area.Gate.InFlight);
        Assert.True(area.Pool.FreeBytes > 0);
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(200_000)]
    public void OpenDescriptor_IsReadOnlySealedAndHasItsOwnOffset(int length)
    {
        StagingArea area = NewArea();
        byte[] content = RandomNumberGenerator.GetBytes(length);
        using StagedMessage message = area.TryBegin(0)!;
        Assert.True(message.TryAppend(content));
        message.Seal();

        using FileStream first = new(message.OpenDescriptor(), FileAccess.Read);
        using FileStream second = new(message.OpenDescriptor(), FileAccess.Read);
        byte[] head = new byte[100];
        first.ReadExactly(head);
        second.ReadExactly(head);
        Assert.Equal(content[..100], head);
        Assert.Equal(length, first.Length);

        using SafeFileHandle handle = message.OpenDescriptor();
        Assert.ThrowsAny<Exception>(() => RandomAccess.Write(handle, new byte[1], 0));
        string own = $"/proc/self/fd/{handle.DangerousGetHandle()}";

        // Whoever opens it again for writing still cannot change it: it is sealed.
        using SafeFileHandle writable = File.OpenHandle(own, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.ThrowsAny<Exception>(() => RandomAccess.Write(writable, new byte[1], 0));
        Assert.Equal(content, ReadAll(message.OpenDescriptor()));
    }

    [Fact]
    public async Task GetPathAsync_IsReadableByTheGroupAndRemovedWithTheMessage()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        StagingArea area = new(new StagingOptions { BytesMax = 4 << 20, Folder = folder });
        try
        {
            StagedMessage message = area.TryBegin(0)!;
            Assert.True(message.TryAppend("body"u8));
            message.SetTrace("trace "u8);
            message.Seal();
            string path = await message.GetPathAsync(CancellationToken.None);
            Assert.Equal(path, await message.GetPathAsync(CancellationToken.None));
            Assert.Equal("trace body", await File.ReadAllTextAsync(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
            message.Dispose();
            Assert.False(File.Exists(path));
            Assert.Equal(0, area.Budget.BytesUsed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task GetPathAsync_WithoutBudgetForTheCopy_FailsAndKeepsTheMessage()
    {
        StagingArea area = NewArea(bytesMax: 1 << 20);
        using StagedMessage message = area.TryBegin(700 << 10)!;
        Assert.True(message.TryAppend(new byte[700 << 10]));
        message.Seal();
        await Assert.ThrowsAsync<IOException>(async () => await message.GetPathAsync(CancellationToken.None));
        Assert.Equal(700 << 10, message.Bytes.Length);
    }

    [Fact]
    public void OpenStream_SeeksAndReads()
    {
        StagingArea area = NewArea();
        byte[] content = RandomNumberGenerator.GetBytes(30_000);
        using StagedMessage message = area.TryBegin(0)!;
        Assert.True(message.TryAppend(content));
        message.Seal();
        using Stream stream = message.OpenStream();
        stream.Position = 17_000;
        byte[] part = new byte[5_000];
        stream.ReadExactly(part);
        Assert.Equal(content[17_000..22_000], part);
        stream.Seek(-1, SeekOrigin.End);
        Assert.Equal(content[^1], stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public void Seal_ThenChange_IsABug()
    {
        using StagedMessage message = NewArea().TryBegin(0)!;
        Assert.Throws<InvalidOperationException>(() => message.Bytes);
        message.Seal();
        Assert.Throws<InvalidOperationException>(() => message.TryAppend("x"u8));
        Assert.Throws<InvalidOperationException>(() => message.SetTrace("x"u8));
        Assert.Throws<InvalidOperationException>(message.Seal);
    }

    [Fact]
    public void Gate_CountsTransactionsFromTheirFirstByte()
    {
        StagingArea area = NewArea();
        StagedMessage first = area.TryBegin(0)!;
        Assert.Equal(0, area.Gate.InFlight);
        Assert.True(first.TryAppend("x"u8));
        Assert.True(first.TryAppend("y"u8));
        Assert.Equal(1, area.Gate.InFlight);
        first.Dispose();
        Assert.Equal(0, area.Gate.InFlight);
    }

    // A message that a scanner has for seconds must not cost every commit beside it the longest wait there is.
    [Fact]
    public void Gate_DoesNotCountATransactionThatTarries()
    {
        StagingArea area = NewArea();
        StagedMessage slow = area.TryBegin(0)!;
        slow.SetTrace("Received: x\r\n"u8);
        Assert.True(slow.TryAppend("x"u8));
        slow.Seal();
        Assert.Equal(1, area.Gate.InFlight);
        slow.Tarry();
        slow.Tarry();
        Assert.Equal((0, 1), (area.Gate.InFlight, area.Gate.Arrived));
        slow.Dispose();
        Assert.Equal((0, 1), (area.Gate.InFlight, area.Gate.Arrived));
    }

    [Fact]
    public void Stage_SmallMessageInSteadyState_AllocatesOneObject()
    {
        StagingArea area = NewArea();
        byte[] content = new byte[4096];
        byte[] trace = new byte[300];
        for (int i = 0; i < 200; i++)
        {
            StageOne(area, trace, content);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            StageOne(area, trace, content);
        }

        long perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        Assert.True(perMessage <= 320, $"{perMessage} bytes for each message");
    }

    private static void StageOne(StagingArea area, byte[] trace, byte[] content)
    {
        using StagedMessage message = area.TryBegin(4096)!;
        message.SetTrace(trace);
        message.TryAppend(content);
        message.Seal();
        _ = message.Bytes.Length;
    }

    private static byte[] ReadAll(SafeFileHandle handle)
    {
        using FileStream stream = new(handle, FileAccess.Read);
        byte[] all = new byte[stream.Length];
        stream.ReadExactly(all);
        return all;
    }

    private static StagingArea NewArea(long bytesMax = 16 << 20) => new(new StagingOptions { BytesMax = bytesMax, SpillBytes = Spill });
}
