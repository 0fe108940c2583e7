namespace EdgeSmtp.LoadTests.Profiles;

/// <summary>Profiles one after the other, such as a ramp and then a plateau.</summary>
internal sealed record StagedArrivals : ArrivalProfile
{
    private readonly ArrivalProfile[] _stages;

    /// <param name="stages">At least one.</param>
    public StagedArrivals(params ArrivalProfile[] stages)
        : base(new TimeSpan(stages.Sum(static stage => stage.Duration.Ticks))) => _stages = stages;

    public override double DueBy(TimeSpan elapsed)
    {
        double due = 0;
        foreach (ArrivalProfile stage in _stages)
        {
            if (elapsed <= stage.Duration)
            {
                return due + stage.DueBy(elapsed);
            }

            due += stage.DueBy(stage.Duration);
            elapsed -= stage.Duration;
        }

        return due;
    }

    public override ArrivalProfile Scale(double rate, double duration) => new StagedArrivals([.. _stages.Select(stage => stage.Scale(rate, duration))]);
}
