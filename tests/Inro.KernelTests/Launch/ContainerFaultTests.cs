using System.Globalization;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>The launch of a whole container fails, and dies, at each of its operations, and leaves nothing.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ContainerFaultTests
{
    /// <summary>Fewer operations would mean that the configuration does not hold every kind of step any more.</summary>
    private const int FewestOperations = 50;

    /// <summary>Kinds of operations without the gate.</summary>
    private const int KindsOfRun = 7;

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp | Needs.UserNamespaces)]
    public void A_run_that_fails_or_dies_at_any_operation_leaves_nothing()
    {
        using var instance = new FaultyInstance(ContainerKind.UserNamespace);
        EveryOperation(instance, KindsOfRun);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp)]
    public void A_created_container_that_fails_or_dies_before_or_behind_its_gate_leaves_nothing()
    {
        using var instance = new FaultyInstance(ContainerKind.Rootful, waits: true);
        EveryOperation(instance, KindsOfRun + 1);
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp | Needs.UserNamespaces | Needs.IdmappedOverlay)]
    public void Layers_and_binds_with_mapped_ids_leave_nothing_when_they_fail_or_die_on_the_way_into_the_container()
    {
        using var instance = new FaultyInstance(ContainerKind.MappedLayers);
        using LaunchProgram program = instance.Runtime.Compile(instance.First.Request);
        int inside = program.Operations.First(static operation => operation.Kind == LaunchOperationKind.Clone).Number + 3;
        Assert.True(inside >= FewestOperations, $"only {inside} operations");
        FailAndKill(instance, program.Operations, inside); // all that follows is the same in every user namespace
    }

    private static void EveryOperation(FaultyInstance instance, int kinds)
    {
        using LaunchProgram program = instance.Runtime.Compile(instance.First.Request);
        IReadOnlyList<LaunchOperation> operations = program.Operations;
        Assert.True(operations.Count >= FewestOperations, $"only {operations.Count} operations");
        Assert.Equal(kinds, operations.Select(static operation => operation.Kind).Distinct().Count());
        FailAndKill(instance, operations, operations.Count);
    }

    private static void FailAndKill(FaultyInstance instance, IReadOnlyList<LaunchOperation> operations, int count) => instance.AllAtOnce(
        [.. operations.Take(count).SelectMany(static operation => new[] { LaunchFault.Fail(operation.Number, Errno.EIO), LaunchFault.Kill(operation.Number) })],
        (container, fault) =>
        {
            LaunchOperation operation = operations[fault.Operation - 1];
            string what = string.Create(CultureInfo.InvariantCulture, $"{(fault.Kills ? "kill" : "fail")} at {fault.Operation} of {operations.Count}, {operation.Title}");
            LaunchException failure = FaultyContainer.ExpectFailure(what, () => container.Run(fault));
            string message = failure.Message.Replace(container.Id, instance.First.Id, StringComparison.Ordinal);
            if (fault.Kills) { Assert.Contains("the process ended before it became the program", message, StringComparison.Ordinal); }
            else { Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{operation.Title}: EIO (step {fault.Operation} of {operations.Count})"), message); }
        });
}
