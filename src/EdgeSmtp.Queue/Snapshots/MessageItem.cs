using EdgeSmtp.Queue.Envelopes;
using EdgeSmtp.Queue.Index;
using EdgeSmtp.Queue.Journal;

namespace EdgeSmtp.Queue.Snapshots;

/// <summary>One message in a snapshot.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Received">When it became ours, in milliseconds since 1970.</param>
/// <param name="ContentLength">Bytes of header and body.</param>
/// <param name="Place">Its record.</param>
/// <param name="Epoch">Epoch of the segment that <paramref name="Place"/> names: another one there means that the record is gone.</param>
/// <param name="BodySlot">Its body file, or −1.</param>
/// <param name="State">Its state.</param>
internal readonly record struct MessageItem(ulong Id, long Received, long ContentLength, RecordPlace Place, ulong Epoch, int BodySlot, MessageState State)
{
    /// <summary>Writes it.</summary>
    /// <param name="writer">Takes the bytes.</param>
    public void Write(ByteWriter writer)
    {
        writer.Int64((long)Id);
        writer.Int64(Received);
        writer.Int64(ContentLength);
        writer.Int32(Place.Slot);
        writer.Int32(Place.Offset);
        writer.Int32(Place.Length);
        writer.Int64((long)Epoch);
        writer.Int32(BodySlot);
        State.Write(writer);
    }

    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands before it.</param>
    public static MessageItem Read(ref ByteReader reader)
    {
        ulong id = (ulong)reader.Int64();
        long received = reader.Int64();
        long length = reader.Int64();
        RecordPlace place = new(reader.Int32(), reader.Int32(), reader.Int32());
        ulong epoch = (ulong)reader.Int64();
        int body = reader.Int32();
        return new MessageItem(id, received, length, place, epoch, body, MessageState.Read(ref reader));
    }
}
