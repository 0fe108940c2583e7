using System.Text;
using EdgeSmtp.Delivery.Maildirs;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Delivery;

/// <summary>The real disk, on which the n-th step fails; keeps the order of the steps.</summary>
internal sealed class FailingFiles(int failAt) : IMaildirFiles
{
    private readonly LinuxMaildirFiles _real = new();
    private readonly List<string> _steps = [];
    private int _next;

    public bool Failed { get; private set; }

    public bool DirectoryExists(string path) => _real.DirectoryExists(path);

    public void CreateDirectory(string path)
    {
        Step("mkdir");
        // Also the parents that the test's own temporary folder lacks.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _real.CreateDirectory(path);
    }

    public SafeFileHandle Create(string path)
    {
        Step("create");
        return _real.Create(path);
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Step("write");
        _real.Write(file, bytes, offset);
    }

    public void Sync(SafeFileHandle file)
    {
        Step("sync");
        _real.Sync(file);
    }

    public void Move(string from, string to)
    {
        Step("move");
        _real.Move(from, to);
    }

    public void SyncDirectory(string path)
    {
        Step("sync-directory");
        _real.SyncDirectory(path);
    }

    public void Delete(string path) => _real.Delete(path);

    /// <summary>Content is durable before the name is given, and the name before the delivery is claimed.</summary>
    public void AssertOrder(bool delivered)
    {
        int move = _steps.IndexOf("move");
        if (move >= 0)
        {
            Assert.True(_steps.LastIndexOf("write") < _steps.IndexOf("sync"));
            Assert.True(_steps.IndexOf("sync") < move);
        }

        if (delivered) Assert.Equal("sync-directory", _steps[^1]);
        // Every folder's entry was made durable in its parent.
        if (delivered) Assert.Equal(_steps.Count(step => step == "mkdir") + 1, _steps.Count(step => step == "sync-directory"));
    }

    private void Step(string name)
    {
        if (_next++ == failAt)
        {
            Failed = true;
            throw new IOException($"{name} fails");
        }

        _steps.Add(name);
    }
}

/// <summary>One file in memory.</summary>
internal sealed class MemoryFiles : IMaildirFiles
{
    private readonly List<byte> _content = [];

    public string Text => Encoding.UTF8.GetString([.. _content]);

    public bool DirectoryExists(string path) => true;

    public void CreateDirectory(string path)
    {
    }

    public SafeFileHandle Create(string path) => new();

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Assert.Equal(_content.Count, offset);
        _content.AddRange(bytes);
    }

    public void Sync(SafeFileHandle file)
    {
    }

    public void Move(string from, string to)
    {
    }

    public void SyncDirectory(string path)
    {
    }

    public void Delete(string path)
    {
    }
}
