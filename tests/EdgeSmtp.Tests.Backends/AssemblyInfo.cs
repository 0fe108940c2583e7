using Xunit;

// Every test here starts real servers and some of them load the machine: one at a time keeps a failure explainable.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
