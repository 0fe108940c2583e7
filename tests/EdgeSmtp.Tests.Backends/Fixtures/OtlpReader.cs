using System.Globalization;
using Google.Protobuf;

namespace EdgeSmtp.Tests.Backends.Fixtures;

/// <summary>Reads of an ExportTraceServiceRequest (opentelemetry-proto 1.x) what tests look at. The numbers are those of its fields.</summary>
internal static class OtlpReader
{
    public static List<CollectedSpan> Read(byte[] request)
    {
        List<CollectedSpan> spans = [];
        Each(new CodedInputStream(request), (field, input) =>
        {
            if (field == 1)
                ReadResource(Sub(input), spans);
        });
        return spans;
    }

    private static void ReadResource(CodedInputStream resourceSpans, List<CollectedSpan> spans)
    {
        Dictionary<string, string> resource = [];
        List<CollectedSpan> own = [];
        Each(resourceSpans, (field, input) =>
        {
            if (field == 1)
                Each(Sub(input), (inner, attributes) => ReadAttribute(inner == 1, attributes, resource));
            else if (field == 2)
                Each(Sub(input), (inner, scope) =>
                {
                    if (inner == 2)
                        own.Add(ReadSpan(Sub(scope)));
                });
        });
        foreach (CollectedSpan span in own)
            span.Service = $"{resource.GetValueOrDefault("service.name")} {resource.GetValueOrDefault("service.instance.id")}";
        spans.AddRange(own);
    }

    private static CollectedSpan ReadSpan(CodedInputStream input)
    {
        CollectedSpan span = new();
        Each(input, (field, at) =>
        {
            switch (field)
            {
                case 1: span.Trace = Hex(at); break;
                case 2: span.Id = Hex(at); break;
                case 4: span.Parent = Hex(at); break;
                case 5: span.Name = at.ReadString(); break;
                case 9: ReadAttribute(true, at, span.Tags); break;
                case 13:
                    Each(Sub(at), (inner, link) =>
                    {
                        if (inner == 1)
                            span.LinkedTraces.Add(Hex(link));
                    });
                    break;
            }
        });
        return span;
    }

    private static void ReadAttribute(bool isOne, CodedInputStream input, Dictionary<string, string> attributes)
    {
        if (!isOne)
            return;
        string key = "";
        string value = "";
        Each(Sub(input), (field, pair) =>
        {
            if (field == 1)
                key = pair.ReadString();
            else if (field == 2)
                Each(Sub(pair), (kind, any) => value = kind switch
                {
                    1 => any.ReadString(),
                    2 => any.ReadBool().ToString(),
                    3 => any.ReadInt64().ToString(CultureInfo.InvariantCulture),
                    4 => any.ReadDouble().ToString(CultureInfo.InvariantCulture),
                    _ => "",
                });
        });
        attributes[key] = value;
    }

    private static CodedInputStream Sub(CodedInputStream input) => input.ReadBytes().CreateCodedInput();

    private static string Hex(CodedInputStream input) => Convert.ToHexStringLower(input.ReadBytes().Span);

    /// <summary>Gives each field to the reader, and skips it when that leaves it alone.</summary>
    private static void Each(CodedInputStream input, Action<int, CodedInputStream> read)
    {
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            long before = input.Position;
            read(WireFormat.GetTagFieldNumber(tag), input);
            if (input.Position == before)
                input.SkipLastField();
        }
    }
}
