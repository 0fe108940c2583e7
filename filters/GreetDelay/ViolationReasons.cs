using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Filters.GreetDelay;

/// <summary>The reasons of one violation: for seeing it, and for refusing it.</summary>
internal readonly record struct ViolationReasons(FilterReason Seen, FilterReason Refused, string ScoreName)
{
    /// <summary>Those of a violation.</summary>
    public static ViolationReasons? Of(ProtocolViolation violation) => violation switch
    {
        ProtocolViolation.EarlyTalk => new(GreetDelayFilter.EarlyTalkSeen, GreetDelayFilter.EarlyTalk, "greet.early-talk"),
        ProtocolViolation.PipelinedBeforeHello => new(GreetDelayFilter.PipelinedSeen, GreetDelayFilter.Pipelined, "greet.pipelined-before-hello"),
        ProtocolViolation.NonSmtpCommand => new(GreetDelayFilter.NonSmtpSeen, GreetDelayFilter.NonSmtp, "greet.non-smtp-command"),
        ProtocolViolation.BareLf => new(GreetDelayFilter.BareLfSeen, GreetDelayFilter.BareLf, "greet.bare-lf"),
        ProtocolViolation.BareCr => new(GreetDelayFilter.BareCrSeen, GreetDelayFilter.BareCr, "greet.bare-cr"),

        // A violation that a later contract adds is none of ours until it has an option.
        _ => null,
    };
}
