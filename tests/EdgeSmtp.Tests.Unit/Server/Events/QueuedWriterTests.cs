using System.Buffers;
using System.Text;
using EdgeSmtp.Server.Events;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Events;

public sealed class QueuedWriterTests
{
    // Thrown on a thread with nobody above it: it would end the process.
    [Fact]
    public void Append_ThatThrows_CostsItsOwnLineAlone()
    {
        TouchyWriter writer = new();
        foreach (string item in (string[])["one", "bad", "two", "bad", "bad", "three"])
        {
            Assert.True(writer.Write(item));
        }

        writer.Dispose();

        Assert.Equal("one\ntwo\nthree\n", writer.Written.ToString());
        Assert.Equal((3, 3), (writer.Lines, writer.Dropped));
    }

    private sealed class TouchyWriter : QueuedWriter<string>
    {
        public TouchyWriter()
            : base("touchy", 100, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan) => Start();

        public StringBuilder Written { get; } = new();

        public int Lines { get; private set; }

        public int Dropped { get; private set; }

        public bool Write(string item) => TryEnqueue(item);

        protected override void Append(string item)
        {
            Buffer.Write(Encoding.ASCII.GetBytes(item));
            if (item == "bad")
            {
                throw new InsufficientMemoryException();
            }
        }

        protected override void Drop(string item) => Dropped++;

        protected override void Flush(ReadOnlySpan<byte> bytes, int lines)
        {
            Written.Append(Encoding.ASCII.GetString(bytes));
            Lines += lines;
        }

        protected override void Close()
        {
        }
    }
}
