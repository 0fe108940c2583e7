using EdgeSmtp.Core.Storage;
using EdgeSmtp.Delivery.Scheduling;

namespace EdgeSmtp.Delivery.Attempts;

/// <summary>Recipients of one message that go to one destination together.</summary>
internal sealed class DeliveryBatch
{
    private readonly Disposition?[] _results;
    private int _open;

    public DeliveryBatch(MessageAttempt attempt, Lane lane, int[] recipients)
    {
        Attempt = attempt;
        Lane = lane;
        Recipients = recipients;
        _results = new Disposition?[recipients.Length];
        _open = recipients.Length;
    }

    public MessageAttempt Attempt { get; }

    public Lane Lane { get; }

    /// <summary>Positions in the envelope.</summary>
    public int[] Recipients { get; }

    public QueuedMessage Message => Attempt.Message;

    /// <summary>When a worker took it up, as a timestamp of the clock.</summary>
    public long Started { get; set; }

    /// <summary>Name of the host that was talked to last.</summary>
    public string? Host { get; set; }

    /// <summary>Its address.</summary>
    public string? Address { get; set; }

    /// <summary>Version of TLS; <c>null</c> in clear.</summary>
    public string? Tls { get; set; }

    /// <summary>Whether anybody is undecided.</summary>
    public bool IsOpen => _open > 0;

    public int OpenCount => _open;

    public EnvelopeRecipient Recipient(int index) => Message.Envelope.Recipients[Recipients[index]];

    public bool IsDecided(int index) => _results[index] is not null;

    /// <summary>The result, once the batch is finished.</summary>
    public Disposition Result(int index) => _results[index]!;

    /// <summary>Decides one recipient; the first decision stands.</summary>
    public void Decide(int index, Disposition result)
    {
        if (_results[index] is not null) return;
        _results[index] = Lane.Route.Options.SoftBounce ? result.AsTemporary() : result;
        _open--;
    }

    /// <summary>Decides all who are undecided.</summary>
    public void DecideRest(Disposition result)
    {
        for (int i = 0; i < _results.Length; i++) Decide(i, result);
    }
}
