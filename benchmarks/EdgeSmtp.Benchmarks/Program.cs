using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(EdgeSmtp.Benchmarks.BenchmarkMail).Assembly).Run(args);
