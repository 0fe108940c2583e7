using EdgeSmtp.Server.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Xunit;

namespace EdgeSmtp.Tests.Unit.Server.Cli;

public sealed class OperationalLogTests
{
    [Theory]
    [InlineData("Text", ConsoleFormatterNames.Simple)]
    [InlineData("Auto", ConsoleFormatterNames.Simple)]
    [InlineData("Json", ConsoleFormatterNames.Json)]
    [InlineData("Systemd", ConsoleFormatterNames.Systemd)]
    public void Configure_Format_IsTheOneInUseAndNeverBlocks(string format, string expected)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => OperationalLog.Configure(logging, new LogOptions { Format = Enum.Parse<LogFormat>(format) }));
        using ServiceProvider provider = services.BuildServiceProvider();

        ConsoleLoggerOptions console = provider.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value;

        Assert.Equal(expected, console.FormatterName);
        Assert.Equal(ConsoleLoggerQueueFullMode.DropWrite, console.QueueFullMode);
        Assert.Equal(LogLevel.Trace, console.LogToStandardErrorThreshold);
    }
}
