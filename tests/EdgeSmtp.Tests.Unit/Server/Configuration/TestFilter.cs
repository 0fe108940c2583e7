using System.ComponentModel.DataAnnotations;
using EdgeSmtp.Abstractions;

namespace EdgeSmtp.Tests.Unit.Server.Configuration;

internal sealed record TestFilterOptions
{
    [Required]
    public string? Zone { get; init; }

    [Range(1, 9)]
    public int Level { get; init; } = 5;
}

internal sealed class TestFilter : IFilter;
