using System.CommandLine;
using EdgeSmtp.Core.Storage;

namespace EdgeSmtp.Server.Cli;

/// <summary>Arguments that are ids of messages.</summary>
internal static class MessageIdArguments
{
    /// <summary>One id.</summary>
    /// <param name="list">The command that prints ids.</param>
    public static Argument<string> One(string list)
    {
        Argument<string> id = new("ID") { Description = $"Id as '{list}' prints it." };
        id.Validators.Add(static result => Check(result));
        return id;
    }

    /// <summary>Any number of ids.</summary>
    /// <param name="list">The command that prints ids.</param>
    public static Argument<string[]> Several(string list)
    {
        Argument<string[]> ids = new("ID") { Arity = ArgumentArity.ZeroOrMore, Description = $"Ids as '{list}' prints them." };
        ids.Validators.Add(static result => Check(result));
        return ids;
    }

    /// <summary>Wants ids, or the option for all of them, and not both.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ids">Of <see cref="Several"/>.</param>
    /// <param name="all">The option.</param>
    public static void RequireIdsOrAll(Command command, Argument<string[]> ids, Option<bool> all) => command.Validators.Add(result =>
    {
        if ((result.GetValue(ids) is { Length: > 0 }) == result.GetValue(all))
        {
            result.AddError("Give ids, or --all.");
        }
    });

    /// <summary>The id of a checked text.</summary>
    /// <param name="text">The text.</param>
    public static MessageId Parse(string text) => MessageId.TryParse(text, out MessageId id) ? id : default;

    private static void Check(System.CommandLine.Parsing.ArgumentResult result)
    {
        foreach (string text in result.Tokens.Select(static token => token.Value).Where(static text => !MessageId.TryParse(text, out _)))
        {
            result.AddError($"'{text}' is no message id.");
        }
    }
}
