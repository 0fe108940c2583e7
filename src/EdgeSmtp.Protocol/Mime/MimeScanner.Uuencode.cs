namespace EdgeSmtp.Protocol.Mime;

/// <content>Files in uuencode: as the encoding of a part, and between the lines of a text.</content>
public sealed partial class MimeScanner
{
    private MimeEncoding _textEncoding;
    private bool _isUuencodeWithin;
    private bool _isPartDue;

    /// <summary>A file in a part that is written in uuencode. Each is a part with the header of all: readers that do not know the encoding find the files as within a text, by their names.</summary>
    private void BeginFile(ReadOnlySpan<byte> name)
    {
        if (!_isPartDue) EndPart();
        _part.ReadFileName(name);
        TellAll(_part.Found);
        BeginDuePart();
        _place = Place.Uuencode;
    }

    private void BeginDuePart()
    {
        _isPartDue = false;
        BeginPart();
        OpenInner();
    }

    private void BeginUuencode(ReadOnlySpan<byte> name)
    {
        _decoder.Finish(atDelimiter: false);
        Deliver();
        _part.ReadUuencode(name);
        TellAll(_part.Found);
        _isUuencodeWithin = true;
        BeginPart();
        _decoder.Begin(MimeEncoding.Uuencode);
        _place = Place.Uuencode;
    }

    private void EndUuencode()
    {
        Deliver();
        if (_isUuencodeWithin)
        {
            _handler.OnPartEnd();
            _isUuencodeWithin = false;
            _decoder.Begin(_textEncoding);
            _place = Place.Leaf;
        }
        else
        {
            _place = Place.UuencodeBefore;
        }
    }
}
