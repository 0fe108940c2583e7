using System.Buffers;
using System.Runtime.InteropServices;
using EdgeSmtp.Queue.Staging;
using EdgeSmtp.Tests.Unit.Benchmarks;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Queue;

/// <summary>The umask belongs to the whole process, so nothing else may run beside these.</summary>
[Collection<AfterAllOthers>]
public sealed partial class ScannerFolderTests : IDisposable
{
    private const UnixFileMode Folder0750 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode File0640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const int OnlyForOwner = 0x3F;

    // Above every number that Linux gives a process.
    private const string OfADeadProcess = "edgesmtp-scan-999999999-0";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly List<ScannerFolder> _made = [];

    public void Dispose()
    {
        _made.ForEach(static folder => folder.Close());
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_WhateverTheUmask_TheGroupCanRead(bool configured)
    {
        string made = Path.Combine(_folder, "made");
        ScannerFolder folder = New(configured ? made : null);
        int before = Umask(OnlyForOwner);
        string file;
        try
        {
            file = folder.Write(new ReadOnlySequence<byte>("content"u8.ToArray()));
        }
        finally
        {
            _ = Umask(before);
        }

        Assert.Equal("content", File.ReadAllText(file));
        Assert.Equal((File0640, Folder0750), (File.GetUnixFileMode(file), File.GetUnixFileMode(Path.GetDirectoryName(file)!)));
        Assert.Equal(configured, Path.GetDirectoryName(file) == made);
        ScannerFolder.Remove(file);
    }

    [Fact]
    public void Write_WithoutAConfiguredFolder_NobodyKnowsTheNameBeforehand()
    {
        ScannerFolder first = New(null);
        ScannerFolder second = New(null);
        string one = first.Write(new ReadOnlySequence<byte>("1"u8.ToArray()));
        string two = second.Write(new ReadOnlySequence<byte>("2"u8.ToArray()));
        Assert.NotEqual(Path.GetDirectoryName(one), Path.GetDirectoryName(two));
        Assert.Equal("/dev/shm", Path.GetDirectoryName(Path.GetDirectoryName(one)));
        ScannerFolder.Remove(one);
        ScannerFolder.Remove(two);
        first.Close();
        Assert.False(Directory.Exists(Path.GetDirectoryName(one)));
    }

    [Fact]
    public void Write_ALinkIsThereAlready_IsNotFollowed()
    {
        string victim = Path.Combine(_folder, "00000001.seg");
        File.WriteAllText(victim, "accepted mail");
        string shared = Path.Combine(_folder, "shared");
        ScannerFolder folder = New(shared);
        string first = folder.Write(new ReadOnlySequence<byte>("1"u8.ToArray()));
        File.CreateSymbolicLink(first[..^1] + "2", victim);
        Assert.Throws<IOException>(() => folder.Write(new ReadOnlySequence<byte>("2"u8.ToArray())));
        Assert.Equal("accepted mail", File.ReadAllText(victim));
    }

    [Fact]
    public void Write_TheOwnFolderIsGone_MakesAnother()
    {
        ScannerFolder folder = New(null);
        string first = folder.Write(new ReadOnlySequence<byte>("1"u8.ToArray()));
        Directory.Delete(Path.GetDirectoryName(first)!, recursive: true);
        string second = folder.Write(new ReadOnlySequence<byte>("2"u8.ToArray()));
        Assert.NotEqual(Path.GetDirectoryName(first), Path.GetDirectoryName(second));
        Assert.Equal("2", File.ReadAllText(second));
        ScannerFolder.Remove(second);
    }

    [Fact]
    public void Sweep_ConfiguredFolder_RemovesWhatADeadProcessLeft()
    {
        ScannerFolder folder = New(_folder);
        string own = folder.Write(new ReadOnlySequence<byte>("own"u8.ToArray()));
        string left = Path.Combine(_folder, OfADeadProcess + "-00000001");
        string other = Path.Combine(_folder, "other");
        File.WriteAllText(left, "left");
        File.WriteAllText(other, "other");
        folder.Sweep();
        Assert.Equal([own, other], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sweep_OwnFolder_RemovesThatOfADeadProcessAndNothingElseInIt()
    {
        ScannerFolder folder = New(null);
        string own = folder.Write(new ReadOnlySequence<byte>("own"u8.ToArray()));
        string left = $"/dev/shm/{OfADeadProcess}{Path.GetRandomFileName()}";
        string strange = $"/dev/shm/{OfADeadProcess}{Path.GetRandomFileName()}";
        Directory.CreateDirectory(left);
        Directory.CreateDirectory(strange);
        try
        {
            File.WriteAllText(Path.Combine(left, OfADeadProcess + "-00000001"), "left");
            File.WriteAllText(Path.Combine(strange, "00000001.seg"), "not ours");
            folder.Sweep();
            Assert.Equal((true, false, true), (File.Exists(own), Directory.Exists(left), File.Exists(Path.Combine(strange, "00000001.seg"))));
        }
        finally
        {
            ScannerFolder.Remove(own);
            Directory.Delete(strange, recursive: true);
        }
    }

    private ScannerFolder New(string? configured)
    {
        ScannerFolder folder = new(configured);
        _made.Add(folder);
        return folder;
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int Umask(int mask);
}
