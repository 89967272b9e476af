using System.Runtime.ExceptionServices;
using Xunit.Sdk;

namespace Inro.KernelTests.Harness;

/// <summary>Something that a test left behind.</summary>
/// <param name="Kind">mount, cgroup, process, file, socket, descriptor or child.</param>
/// <param name="What">Enough to find it.</param>
/// <param name="GiveBack">Removes it; must bear that it is gone already.</param>
public sealed record Leak(string Kind, string What, Action GiveBack)
{
    /// <summary>Two leaks are the same when kind and description are.</summary>
    internal string Key => $"{Kind} {What}";
}

/// <summary>
/// Compares what is there before and after a test: <c>using var leaks = LeakCheck.Begin();</c> as its first line.
/// At the end of the scope everything that is new and belongs to the test fails it, and is removed so that the next test starts clean.
/// </summary>
/// <remarks>
/// Tests run in parallel, and other work goes on beside them. Therefore a thing counts as the test's only when it carries
/// <see cref="Marker"/> in its name (use it for container ids, cgroups, host names), when it lies under a watched directory, or when it is a
/// process started through this harness. What has neither is not seen: name it.
/// </remarks>
public sealed class LeakCheck : IDisposable
{
    /// <summary>Variable by which a process that this harness started, and its children, are known.</summary>
    internal const string Variable = "INRO_TEST_MARKER";

    private static readonly AsyncLocal<LeakCheck?> CurrentCheck = new();

    private readonly string[] roots;
    private readonly bool exclusive;
    private readonly HashSet<string> before;
    private readonly LeakCheck? outer;
    private XunitException? assertion;

    private LeakCheck(string[] roots, bool exclusive)
    {
        Marker = "inrot" + Guid.NewGuid().ToString("N")[..10];
        this.roots = roots;
        this.exclusive = exclusive;
        before = [.. Look().Select(l => l.Key)];
        outer = CurrentCheck.Value;
        CurrentCheck.Value = this;
        AppDomain.CurrentDomain.FirstChanceException += Remember;
    }

    /// <summary>Fifteen characters that occur nowhere else on the machine; valid in a container id, a cgroup's and a host's name.</summary>
    public string Marker { get; }

    /// <summary>How long things may take to disappear by themselves: the kernel ends a process and removes its cgroup a little later.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The check that the running test began, if any.</summary>
    internal static LeakCheck? Current => CurrentCheck.Value;

    /// <summary>Begins a check of everything that carries the new <see cref="Marker"/> or lies under <paramref name="roots"/>.</summary>
    public static LeakCheck Begin(params string[] roots) => new(roots, exclusive: false);

    /// <summary>
    /// The same, and besides the descriptors and children of the test process itself.
    /// Only in a class of <see cref="ExclusiveTests"/>: a test running beside it would be taken for a leak.
    /// </summary>
    public static LeakCheck BeginExclusive(params string[] roots) => new(roots, exclusive: true);

    /// <summary>What is there now, was not at the beginning, and does not go away by itself.</summary>
    public IReadOnlyList<Leak> Find()
    {
        long deadline = Environment.TickCount64 + (long)Machine.Patience(Grace).TotalMilliseconds;
        for (int wait = 1; ; wait = Math.Min(wait * 2, 100))
        {
            Leak[] left = [.. Look().Where(l => !before.Contains(l.Key))];
            if (left.Length == 0 || Environment.TickCount64 >= deadline) { return left; }

            Thread.Sleep(wait);
        }
    }

    /// <summary>Fails the test if something is left; it is removed in any case.</summary>
    /// <exception cref="LeakException">Names everything that was left.</exception>
    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= Remember;
        CurrentCheck.Value = outer;
        IReadOnlyList<Leak> left = Find();
        foreach (Leak leak in left) { leak.GiveBack(); }

        if (left.Count > 0) { throw new LeakException(left, assertion); }
    }

    // An exception out of Dispose hides the one that ended the test's body: keep that one to print it too.
    private void Remember(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (e.Exception is XunitException failed && ReferenceEquals(CurrentCheck.Value, this)) { assertion = failed; }
    }

    private IEnumerable<Leak> Look() =>
    [
        .. LeakSources.Processes(Marker, roots),
        .. LeakSources.Mounts(Marker, roots),
        .. LeakSources.Cgroups(Marker),
        .. LeakSources.Sockets(Marker),
        .. LeakSources.Files(Marker, roots),
        .. exclusive ? OwnProcess.Look() : [],
    ];
}

/// <summary>A test left something behind.</summary>
public sealed class LeakException(IReadOnlyList<Leak> leaks, Exception? assertion) : Exception(Describe(leaks, assertion), assertion)
{
    private static string Describe(IReadOnlyList<Leak> leaks, Exception? assertion) =>
        $"{leaks.Count} left behind:\n  " + string.Join("\n  ", leaks.Select(l => l.Key))
        + (assertion is null ? "" : "\nand before that the test had failed:\n" + assertion.Message);
}
