using System.Globalization;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>
/// Fails and kills a launch at every operation in turn and proves after each that nothing is left: processes, mounts, cgroups,
/// files, and descriptors and children of the test itself.
/// </summary>
/// <remarks>Only in a class of <see cref="ExclusiveTests"/>: it counts what belongs to the whole test process.</remarks>
internal static class LaunchFaults
{
    /// <summary>How long the kernel may take to take namespaces apart after the last process ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Fails at every operation with <paramref name="errno"/>, then kills at every operation.</summary>
    /// <param name="launch">Compiles and runs the launch once, with the given marker in the names of whatever it makes and with the fault;
    /// it must leave nothing when it throws, and gives back the number of its operations.</param>
    /// <param name="roots">Directories in which nothing may be left.</param>
    public static void EveryOperation(FaultyLaunch launch, Errno errno = Errno.EIO, params string[] roots)
    {
        int operations = Count(launch, roots);
        for (int number = 1; number <= operations; number++)
        {
            Expect(launch, LaunchFault.Fail(number, errno), operations, roots);
            Expect(launch, LaunchFault.Kill(number), operations, roots);
        }
    }

    private static int Count(FaultyLaunch launch, string[] roots)
    {
        int operations = 0;
        using LeakCheck leaks = LeakCheck.BeginExclusive(roots);
        leaks.Grace = Grace;
        launch(leaks.Marker, null, program => operations = program.Operations.Count);
        return operations;
    }

    private static void Expect(FaultyLaunch launch, LaunchFault fault, int operations, string[] roots)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"{(fault.Kills ? "kill" : "fail")} at {fault.Operation} of {operations}");
        using LeakCheck leaks = LeakCheck.BeginExclusive(roots);
        leaks.Grace = Grace;
        LaunchException? failure = Record.Exception(() => launch(leaks.Marker, fault, _ => { })) as LaunchException;

        Assert.True(failure is not null, $"{what}: the launch did not fail");
        Assert.True(failure.Failure.NotUndone.Count == 0, $"{what}: not undone: {string.Join("; ", failure.Failure.NotUndone)}");
        if (!fault.Kills)
        {
            Assert.True(failure.Operation?.Number == fault.Operation && failure.Errno == fault.Errno, $"{what}: reported as {failure.Message}");
        }

        IReadOnlyList<Leak> left = leaks.Find();
        Assert.True(left.Count == 0, $"{what}: left behind: {string.Join("; ", left.Select(l => $"{l.Kind} {l.What}"))}");
    }
}

/// <summary>One launch with a fault. Without a fault it succeeds, and cleans up after itself.</summary>
/// <param name="marker">Belongs into the names of cgroups, containers and hosts that it makes.</param>
/// <param name="fault">To be handed to the runner; null for none.</param>
/// <param name="compiled">To be told the program.</param>
internal delegate void FaultyLaunch(string marker, LaunchFault? fault, Action<LaunchProgram> compiled);
