using System.CommandLine;
using EdgeSmtp.LoadTests.Cli;

const int Misuse = 2;
RootCommand root = new("Open-model load tests for EdgeSmtp or any SMTP server.") { RunCommand.Create(), ListCommand.Create() };
ParseResult parsed = root.Parse(args);
int code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? Misuse : code;
