using EdgeSmtp.Server.Cli;

return await EdgeSmtpCommand.InvokeAsync(args, Console.Out, Console.Error);
