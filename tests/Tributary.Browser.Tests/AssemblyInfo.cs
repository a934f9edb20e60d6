using Tributary.Browser.Tests;

// One Data Center and one browser for all tests: each test has pages of its own, and changes DataSets of its own.
[assembly: AssemblyFixture(typeof(DataCenterFixture))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
